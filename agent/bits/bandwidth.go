package bits

import (
	"errors"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/transcript"
)

// class is how the job's transfer stands to other traffic on the link. BITS
// documentation, BG_JOB_PRIORITY: foreground competes, the others take what is
// idle. m.mu is held.
func (j *Job) class() link.Class {
	if j.set.priority == Foreground {
		return link.Foreground
	}
	return link.Background
}

// readPolicy has the link measured as the version does it and takes
// MaxInternetBandwidth from the registry when the service
// has its first job, from BITS 2.0 on. What is wrong with it is told in the record.
// Assumed: a change of the registry does not reach the service before it is
// started again. m.mu is held.
func (m *Manager) readPolicy() {
	if m.policyRead || m.cfg.Link == nil || len(m.jobs) == 0 {
		return
	}
	m.policyRead = true
	m.cfg.Link.ReadGateway(m.features().gateway)
	var policy link.Policy
	var wrong error
	if m.features().bandwidthPolicy {
		policy, wrong = link.ParsePolicy(m.cfg.Machine.Registry())
	}
	wrong = errors.Join(wrong, m.cfg.Link.SetPolicy(policy))
	m.tellPolicy(policy, wrong)
}

func (m *Manager) tellPolicy(p link.Policy, wrong error) {
	if m.cfg.Recorder == nil {
		return
	}
	e := transcript.Event{Kind: transcript.KindMachine, Node: m.cfg.Node, Subject: "MaxInternetBandwidth"}
	if wrong != nil {
		e.Text = wrong.Error()
		m.cfg.Recorder.Add(e)
	}
	if p.Enabled {
		e.Text = p.String()
		m.cfg.Recorder.Add(e)
	}
}

// leastBlock is the shortest range of a background download. Assumed: captures
// show 1,120 bytes as the shortest first block of a longer file.
const leastBlock = 1 << 10

// blockLength is how many bytes the next range of a background download asks for.
//
// MC-BUP 1.3 says that length and pace vary to hold the bandwidth down, no
// document how. Captures of 7.x show lengths of any number of bytes, thousands of
// them on slow lines with some seconds between. Assumed: on a link with a speed,
// what Tuning.BlockTime makes of the rate that the link offers, at most MaxBlock;
// else the ladder.
func (d *download) blockLength(ladder int64) int64 {
	l := d.job.m.cfg.Link
	rate := l.Offer(link.Down, link.Background, d.job.m.cfg.Clock.Now())
	if rate >= link.Instant || d.tuning.BlockTime <= 0 {
		return ladder
	}
	length := int64(float64(rate) / 8 * d.tuning.BlockTime.Seconds())
	return min(max(length, leastBlock), d.tuning.MaxBlock)
}

// ofPolicy reports whether it was the policy that stopped a transfer.
func ofPolicy(err error) bool { return errors.As(err, new(*link.BlockedError)) }
