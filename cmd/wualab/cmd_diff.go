package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/comparison"
	"github.com/wualab/wualab/report"
)

const diffHelp = `Compare two transcripts and tell in words what changed: exchanges that one of
them has alone, other statuses, header fields, ranges and bodies, steps of
logins, order, and which exchanges share a connection. The files are JSON
reports of "wualab run --keep", probe, serve or record, or HARs.

Ports of loopback, times, nonces and the names of connections count for
nothing, and the pages and further fields of 401 and 407 neither. Nodes of the
same name are compared; --node A=B compares others. When one file saw one node
alone, as recordings do, the further nodes of the other one do not count.

Exit codes: 0 the same, 4 they differ, 1 wrong usage, 3 a file can't be read.`

type diffFlags struct {
	cell          string
	nodes, ignore []string
	json          bool
}

func (a *app) diffCommand() *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:     "diff A B",
		Short:   "Compare two transcripts and tell in words what changed",
		Long:    diffHelp,
		Example: examples("wualab diff run.json run.json", "wualab diff run.json run.har --node client --ignore Via"),
		Args:    argCount(2, 2, "two files"),
		RunE:    func(_ *cobra.Command, args []string) error { return a.diff(args[0], args[1], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.cell, "cell", "", "compare only the `cell` of this id")
	flags.StringArrayVar(&f.nodes, "node", nil, "compare only this `node`, or with A=B two of different names; may be repeated")
	flags.StringArrayVar(&f.ignore, "ignore", nil, "header `field` that does not count; may be repeated")
	flags.BoolVar(&f.json, "json", false, "write the differences as JSON")
	return cmd
}

func (a *app) diff(pathA, pathB string, f diffFlags) error {
	docA, err := readTranscript(pathA)
	if err != nil {
		return err
	}
	docB, err := readTranscript(pathB)
	if err != nil {
		return err
	}
	opt := comparison.Options{Ignore: f.ignore}
	for _, text := range f.nodes {
		from, to, ok := strings.Cut(text, "=")
		if !ok {
			to = from
		}
		if from == "" || to == "" {
			return usage("--node "+text, "want NODE, or A=B")
		}
		if opt.Nodes == nil {
			opt.Nodes = map[string]string{}
		}
		opt.Nodes[from] = to
	}
	for _, doc := range []*report.Document{docA, docB} {
		if f.cell != "" && len(doc.Find(f.cell)) == 0 {
			return usage(fmt.Sprintf("no cell %q", f.cell), `"wualab show FILE" lists the cells`)
		}
	}
	list, notes, err := report.CompareDocuments(docA, docB, f.cell, opt)
	if err != nil {
		return couldNotRun(err, "")
	}
	return a.differences(list, notes, f.json)
}

// differences prints what was found, and gives the exit code.
func (a *app) differences(list []*report.Comparison, notes []string, asJSON bool) error {
	if asJSON {
		if err := report.WriteComparisons(a.out, list); err != nil {
			return couldNotRun(err, "")
		}
	} else {
		for _, c := range list {
			a.printf("%s", report.DifferenceText(c, a.style(a.out)))
		}
	}
	for _, text := range notes {
		fmt.Fprintf(a.err, "wualab: %s\n", text)
	}
	n := report.Differing(list)
	switch {
	case len(list) == 0:
		return couldNotRun(errors.New("nothing was compared"), "")
	case n == 0 && len(notes) == 0:
		if !asJSON {
			a.printf("the same\n")
		}
		return nil
	case n > 0 && !asJSON:
		word := "differences"
		if n == 1 {
			word = "difference"
		}
		a.printf("%d %s\n", n, word)
	}
	return &exit{code: exitFailed}
}

// readTranscript reads a JSON report or a HAR.
func readTranscript(path string) (*report.Document, error) {
	const hint = `"wualab run --keep --report json=FILE" and "wualab record --report json=FILE" write such files`
	f, err := os.Open(path)
	if err != nil {
		return nil, couldNotRun(err, hint)
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 64<<10)
	head, _ := in.Peek(64 << 10)
	if !isHAR(string(head)) {
		doc, err := report.ReadJSON(in, path)
		if err != nil {
			return nil, couldNotRun(err, hint)
		}
		return doc, nil
	}
	doc, err := report.ReadHAR(in, path)
	if err != nil {
		return nil, couldNotRun(err, hint)
	}
	return doc, nil
}

// isHAR tells a HAR from a report by its first key.
func isHAR(head string) bool {
	head = strings.TrimSpace(strings.TrimPrefix(head, "\ufeff"))
	return strings.HasPrefix(strings.TrimSpace(strings.TrimPrefix(head, "{")), `"log"`)
}
