package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/control/client"
	"github.com/wualab/wualab/quantity"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/transcript"
)

func (c *call) reset() *client.Problem {
	body, p := c.object("record")
	if p != nil {
		return p
	}
	record := `"keep"`
	if text, ok := body["record"]; ok {
		record = string(text)
	}
	if record != `"keep"` && record != `"clear"` {
		return problem(http.StatusBadRequest, "bad-body", "record: %s is neither keep nor clear", record).at("/record").Problem
	}
	if err := c.cfg.Served.Reset(record == `"clear"`); err != nil {
		return asProblem(err)
	}
	return c.info()
}

func (c *call) expect() *client.Problem {
	since, p := c.number("since", c.cfg.Served.Mark(), 0, math.MaxInt32)
	if p != nil {
		return p
	}
	must, p := c.flag("must")
	if p != nil {
		return p
	}
	patience, p := c.timeout(0)
	if p != nil {
		return p
	}
	f, p := c.fragment()
	if p != nil {
		return p
	}
	wire, err := c.cfg.Served.Cell().Scenario.ParseWire(f, scenarios.PlanOptions())
	if err != nil {
		return asProblem(err)
	}
	began := clock.Wall{}.Now()
	ctx, cancel := context.WithTimeout(c.r.Context(), patience)
	defer cancel()
	judgement, err := c.cfg.Served.Await(ctx, wire, since)
	if err != nil {
		return asProblem(err)
	}
	v := c.verdictOf(judgement, since)
	v.Seconds = clock.Wall{}.Now().Sub(began).Seconds()
	if must && !v.Pass() {
		p := problem(http.StatusExpectationFailed, "expectation", "%s", v.Failures[0])
		p.Failures = v.Failures
		return p.Problem
	}
	return c.answer(v)
}

// verdictOf puts a judgement into the API's words, without secrets unless they are shown.
func (c *call) verdictOf(j *scenarios.Judgement, since int) *client.Verdict {
	v := &client.Verdict{Verdict: string(j.Result.Verdict), Judged: j.Judged, Since: since, Failures: []client.Failure{}}
	for _, u := range j.Unjudged {
		v.Unjudged = append(v.Unjudged, fmt.Sprintf("%s: %s", u.What, u.Why))
	}
	for _, step := range j.Result.Steps {
		for _, f := range step.Failures {
			one := client.Failure{What: f.What, Expected: f.Expected, Actual: f.Actual, Why: f.Why}
			for _, x := range f.Exchanges {
				one.Exchanges = append(one.Exchanges, x.Seq)
			}
			v.Failures = append(v.Failures, one)
		}
	}
	if len(v.Failures) > 0 && !c.cfg.ShowSecrets {
		conceal(v.Failures, c.cfg.Served.Recorder().Exchanges(since))
	}
	return v
}

// conceal takes the secrets of exchanges out of failures.
func conceal(list []client.Failure, before []*transcript.Exchange) {
	after := make([]*transcript.Exchange, len(before))
	for i, x := range before {
		after[i] = transcript.Redact(x)
	}
	texts := transcript.Concealer(before, after)
	for i := range list {
		f := &list[i]
		f.Actual = texts.Replace(f.Actual)
		for j := range f.Why {
			f.Why[j] = texts.Replace(f.Why[j])
		}
	}
}

func (c *call) verdict() *client.Problem {
	v, p := c.judge()
	if p != nil {
		return p
	}
	return c.answer(v)
}

func (c *call) judge() (*client.Verdict, *client.Problem) {
	judgement, err := c.cfg.Served.Judge()
	if err != nil {
		return nil, asProblem(err)
	}
	return c.verdictOf(judgement, c.cfg.Served.Mark()), nil
}

func (c *call) shutdown() *client.Problem {
	if _, p := c.object(); p != nil {
		return p
	}
	if c.cfg.Shutdown == nil {
		return problem(http.StatusNotImplemented, "no-shutdown", "who started the API ends it").Problem
	}
	v, p := c.judge()
	if p != nil { // it ends all the same
		c.stopping.Do(c.cfg.Shutdown)
		return p
	}
	c.w.Header().Set("Connection", "close")
	p = c.answer(v)
	_ = http.NewResponseController(c.w).Flush()
	c.stopping.Do(c.cfg.Shutdown)
	return p
}

func (c *call) readClock() client.Clock {
	clk := c.cfg.Served.Clock()
	now := client.Clock{Now: clk.Now(), OffsetSeconds: clk.Offset().Seconds()}
	waiting, next := clk.Next()
	if now.Waiting = waiting; waiting > 0 {
		now.Next = &next
	}
	return now
}

func (c *call) clock() *client.Problem { return c.answer(c.readClock()) }

func (c *call) advance() *client.Problem {
	body, p := c.object("by", "next")
	if p != nil {
		return p
	}
	switch {
	case (body["by"] == nil) == (body["next"] == nil):
		return problem(http.StatusBadRequest, "bad-body", "want one of by and next").hint(`{"by": "5m"} puts the clock forward, {"next": true} to the end of the first delay`)
	case body["next"] != nil:
		return c.advanceToNext(string(body["next"]))
	case c.query.Has("timeout"):
		return problem(http.StatusBadRequest, "bad-query", "timeout is for next alone").Problem
	}
	var text string
	if err := json.Unmarshal(body["by"], &text); err != nil {
		return problem(http.StatusBadRequest, "bad-body", "by: %s is no text", body["by"]).at("/by").hint(`such as {"by": "5m"}`)
	}
	d, err := quantity.ParseDuration(text)
	if err != nil {
		return problem(http.StatusBadRequest, "bad-body", "by: %v", err).at("/by").hint(`such as {"by": "5m"}`)
	}
	woken, err := c.cfg.Served.Clock().Advance(d)
	if err != nil {
		return problem(http.StatusBadRequest, "bad-body", "by: %v", err).at("/by").Problem
	}
	return c.answer(client.Advanced{Clock: c.readClock(), BySeconds: d.Seconds(), Woken: woken})
}

func (c *call) advanceToNext(value string) *client.Problem {
	if value != "true" {
		return problem(http.StatusBadRequest, "bad-body", "next: %s is not true", value).at("/next").Problem
	}
	patience, p := c.timeout(0)
	if p != nil {
		return p
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), patience)
	defer cancel()
	by, woken, err := c.cfg.Served.Clock().AdvanceToNext(ctx)
	switch {
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
		return problem(http.StatusConflict, "nothing-waits", "nothing waits on the clock").hint("?timeout=10s waits until something does")
	case err != nil:
		return asProblem(err)
	}
	return c.answer(client.Advanced{Clock: c.readClock(), BySeconds: by.Seconds(), Woken: woken})
}
