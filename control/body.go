package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/control/client"
	"github.com/wualab/wualab/quantity"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/spelling"
)

const (
	mostBody    = 1 << 20
	mostContent = 64 << 20
	mostWait    = 10 * time.Minute
)

// read takes the body, at most so many bytes.
func (c *call) read(most int64) ([]byte, *client.Problem) {
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, problem(http.StatusRequestEntityTooLarge, "too-large", "the body has more than %d bytes", most).Problem
	case err != nil:
		return nil, problem(http.StatusBadRequest, "bad-body", "the body did not come whole").Problem
	}
	return body, nil
}

// fragment reads the body as a part of the scenario language, in JSON or YAML.
func (c *call) fragment() (plan.Fragment, *client.Problem) {
	body, p := c.read(mostBody)
	if p != nil {
		return plan.Fragment{}, p
	}
	f := plan.Fragment{Name: "body", Source: body}
	kind, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	switch {
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		f.JSON = true
	case kind == "application/yaml" || kind == "text/yaml" || kind == "application/x-yaml" || kind == "text/x-yaml":
	case kind == "" || kind == "text/plain" || kind == "application/x-www-form-urlencoded": // as curl -d says
		f.JSON = likeJSON(body)
	default:
		return f, problem(http.StatusUnsupportedMediaType, "media-type", "a body of type %s", kind).hint("send application/json or application/yaml")
	}
	return f, nil
}

// likeJSON reports whether a body of no known type is JSON, or was to be.
func likeJSON(body []byte) bool {
	text := strings.TrimSpace(string(body))
	return json.Valid(body) || (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) && strings.Contains(text, `":`)
}

// object reads the body as a JSON object with these keys; none at all is an empty one.
func (c *call) object(keys ...string) (map[string]json.RawMessage, *client.Problem) {
	body, p := c.read(mostBody)
	if p != nil || len(strings.TrimSpace(string(body))) == 0 {
		return nil, p
	}
	var m map[string]json.RawMessage
	if err := json.Unmarshal(body, &m); err != nil {
		return nil, problem(http.StatusBadRequest, "bad-body", "the body is no JSON object: %v", err).hint(fmt.Sprintf("its keys are %s", strings.Join(keys, ", ")))
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(keys, key) {
			hint := "the keys are " + strings.Join(keys, ", ")
			if near, ok := spelling.Nearest(key, keys); ok {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			return nil, problem(http.StatusBadRequest, "bad-body", "unknown key %q", key).at(pointer(key)).hint(hint)
		}
	}
	return m, nil
}

// pointer is the JSON Pointer (RFC 6901) to a key of the body.
func pointer(key string) string {
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}

// number reads a query parameter; fallback stands for one that is not there.
func (c *call) number(name string, fallback, least, most int) (int, *client.Problem) {
	text := c.query.Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, problem(http.StatusBadRequest, "bad-query", "%s=%s is not between %d and %d", name, text, least, most).Problem
	}
	return n, nil
}

// flag reads a query parameter that is true or false, and false when it is not there.
func (c *call) flag(name string) (bool, *client.Problem) {
	switch text := c.query.Get(name); text {
	case "true":
		return true, nil
	case "", "false":
		return false, nil
	default:
		return false, problem(http.StatusBadRequest, "bad-query", "%s=%s is not true or false", name, text).Problem
	}
}

// timeout reads how long to wait, in real time, and lets the answer take that long.
func (c *call) timeout(fallback time.Duration) (time.Duration, *client.Problem) {
	text := c.query.Get("timeout")
	if text == "" {
		return fallback, nil
	}
	d, err := quantity.ParseDuration(text)
	switch {
	case err != nil:
		return 0, problem(http.StatusBadRequest, "bad-query", "timeout: %v", err).hint("such as timeout=10s")
	case d > mostWait:
		return 0, problem(http.StatusBadRequest, "bad-query", "timeout=%s is more than %v", text, mostWait).Problem
	}
	_ = http.NewResponseController(c.w).SetWriteDeadline(deadline().Add(d))
	return d, nil
}
