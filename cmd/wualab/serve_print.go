package main

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/report"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

// banner tells what listens where, and how a client is pointed at it.
func (s *serving) banner() {
	var out strings.Builder
	fmt.Fprintf(&out, "serving %s: %s\n\n", s.cfg.Cell.ID, s.cfg.Cell.Scenario.Title)
	for _, n := range s.served.Nodes() {
		out.WriteString(report.FieldText(s.style(s.out), 2, nodeFields(n)...))
	}
	s.controlText(&out)
	if s.flags.exec == "" {
		s.adviceText(&out)
	}
	if s.served.TLS() && s.caFile == "" {
		out.WriteString("\nClients must trust the certificate that --export-ca FILE writes.\n")
	}
	if s.flags.exec == "" && s.flags.duration == 0 {
		out.WriteString("\nCtrl-C ends it.\n")
	}
	s.say("%s\n", out.String())
	for _, n := range s.served.Nodes() {
		if offLoopback(n.Listen) {
			fmt.Fprintf(s.err, "wualab: warning: %s listens at %s, so other computers reach it; it has no more security than it simulates\n", n.Name, n.Listen)
		}
	}
	if s.flags.outside {
		fmt.Fprintln(s.err, "wualab: warning: the proxies reach any host for whoever passes their authentication")
	}
}

// nodeFields describes a server or proxy.
func nodeFields(n scenarios.ServedNode) []report.Field {
	var fields []report.Field
	if n.Server != nil {
		fields = []report.Field{{Label: n.Name, Text: n.URL() + ", a server " + loginText(&n.Server.Login)}}
		for _, f := range n.Server.Files {
			fields = append(fields, report.Field{Label: "", Text: f.Path + fileSize(f)})
		}
		if n.Server.PAC != nil {
			fields = append(fields, report.Field{Label: "", Text: strings.Join(plan.PACPaths(), " and ") + ", a proxy script"})
		}
		if w := n.Server.WSUS; w != nil {
			fields = append(fields, report.Field{Label: "", Text: fmt.Sprintf("an update server of MS-WUSP: %d updates, %d approvals", len(w.Updates), len(w.Approvals))})
		}
		switch count := len(n.Server.Recorded); count {
		case 0:
		case 1:
			fields = append(fields, report.Field{Label: "", Text: "one recorded answer"})
		default:
			fields = append(fields, report.Field{Label: "", Text: fmt.Sprintf("%d recorded answers", count)})
		}
		for _, u := range n.Server.Uploads {
			fields = append(fields, report.Field{Label: "", Text: u.Path + ", takes uploads of BITS"})
		}
		for _, a := range n.Server.Applications {
			fields = append(fields, report.Field{Label: "", Text: a.Path + ", a server application for uploads"})
		}
		for _, r := range n.Server.Routes {
			fields = append(fields, report.Field{Label: "", Text: r.Prefix + ": " + routeText(r)})
		}
		for _, share := range n.Server.Shares {
			fields = append(fields, report.Field{Label: "", Text: fmt.Sprintf("share %s, by SMB2 at %s", share.Name, n.Shares)})
		}
		fields = append(fields, behaviourFields(n.Server.Script, n.Server.Behaviours)...)
	} else {
		fields = []report.Field{{Label: n.Name, Text: n.Addr + ", a proxy " + loginText(&n.Proxy.Login)}}
		fields = append(fields, behaviourFields(n.Proxy.Script, n.Proxy.Behaviours)...)
	}
	if n.Down {
		fields = append(fields, report.Field{Label: "", Text: "down: nobody listens there"})
	}
	return fields
}

func loginText(l *plan.Login) string {
	if len(l.Auth) == 0 {
		return "open to all"
	}
	text := "that demands " + schemeText(l.Auth)
	if slices.Contains(l.Auth, plan.Negotiate) && (l.Kerberos == nil || !l.Kerberos.Keytab.Set) {
		text += " (by Negotiate NTLM alone: tickets of the scenario's realm can't be had from outside)"
	}
	return text
}

func schemeText(list []plan.Scheme) string {
	var words []string
	for _, s := range list {
		words = append(words, string(s))
	}
	return strings.Join(words, ", ")
}

func routeText(r plan.Route) string {
	switch {
	case !r.Auth.Set:
		return "rules of its own"
	case len(r.Auth.Value) == 0:
		return "open to all"
	}
	return "demands " + schemeText(r.Auth.Value)
}

func fileSize(f plan.FileSpec) string {
	if f.From.Set {
		return ", from " + f.From.Value
	}
	return fmt.Sprintf(", %d bytes", f.Size.Value)
}

func behaviourFields(script plan.ScriptText, list []plan.Behaviour) (fields []report.Field) {
	if script.Set {
		fields = append(fields, report.Field{Text: "script: " + scriptPlace(script.Behaviour)})
	}
	var names []string
	for _, b := range list {
		if b.Name == scriptBehaviour {
			b.Name += " (" + scriptPlace(b) + ")"
		}
		names = append(names, b.Name)
	}
	if len(names) > 0 {
		fields = append(fields, report.Field{Text: "behaves: " + strings.Join(names, ", ")})
	}
	return fields
}

// scriptBehaviour is the name of the behaviour that is a script.
const scriptBehaviour = "script"

// scriptPlace tells where a script stands.
func scriptPlace(b plan.Behaviour) string {
	if file, ok := b.Params["file"].(string); ok {
		return file
	}
	return b.Pos.String()
}

// adviceText writes what to do on the client.
func (s *serving) adviceText(out *strings.Builder) {
	advice := s.served.Advice(s.caFile)
	if len(advice.Curl)+len(advice.SMBClient) > 0 {
		out.WriteString("\nTry\n")
	}
	for _, words := range slices.Concat(advice.Curl, advice.SMBClient) {
		quoted := make([]string, len(words))
		for i, w := range words {
			quoted[i] = quote(w)
		}
		fmt.Fprintf(out, "  %s\n", strings.Join(quoted, " "))
	}
	if len(advice.Windows) > 0 {
		out.WriteString("\nOn a Windows PC\n")
	}
	for _, line := range advice.Windows {
		fmt.Fprintf(out, "  %s\n", line)
	}
	if node, port := s.loopback(); node != "" && len(advice.Windows) > 0 {
		fmt.Fprintf(out, "  rem 127.0.0.1 is this computer; --listen %s=0.0.0.0:%s lets other PCs in\n", node, port)
	}
}

// loopback gives the node that other computers would reach first, if they could.
func (s *serving) loopback() (name, port string) {
	n, ok := s.served.Node(s.cfg.Cell.Scenario.Client.Proxy.Use.Value)
	if !ok && len(s.served.Nodes()) > 0 {
		n, ok = s.served.Nodes()[0], true
	}
	if !ok || offLoopback(n.Listen) {
		return "", ""
	}
	_, port, _ = net.SplitHostPort(n.Listen)
	return n.Name, port
}

// summary tells how it ended and what was received.
func (s *serving) summary(end ended, j *scenarios.Judgement, cell *report.Cell) {
	style := s.style(s.out)
	s.say("%s, after %s\n", end.how, report.Seconds(time.Since(s.began)))
	var nodes []string
	for _, n := range s.served.Nodes() {
		nodes = append(nodes, n.Name)
	}
	record, lost := s.served.Record()
	if s.cfg.Unrecorded {
		s.say("no transcript was kept (--keep 0)\n")
	} else {
		s.say("%s", report.ReceivedText(record, nodes, style))
	}
	if lost > 0 {
		s.say("  the record has no room for the %d entries before these\n", lost)
	}
	if s.flags.expect || j.Result.Verdict == scenarios.CouldNotRun {
		s.judged(j, cell, style)
	}
	if s.flags.record != "" && s.flags.record != "-" {
		s.say("transcript: wualab show %s --view wire\n", quote(s.flags.record))
	}
}

// judged tells which expectations were judged and how, and which not.
func (s *serving) judged(j *scenarios.Judgement, cell *report.Cell, style report.Style) {
	switch {
	case j.Result.Err != nil, !j.Result.Verdict.Good():
		s.say("\n%s\n", report.CellText(cell, style))
	default:
		s.say("ok   what was received is as expected (%d judged)\n", j.Judged)
	}
	for _, u := range j.Unjudged {
		s.say("     not judged: %s (%v): %s\n", u.What, u.Pos, u.Why)
	}
}
