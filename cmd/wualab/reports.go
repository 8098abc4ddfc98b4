package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/wualab/wualab/report"
)

// output is a --report.
type output struct {
	kind, path string // path "-" is stdout
	write      func(io.Writer, *report.Document) error
	file       *os.File
}

// parseReports reads the values of --report.
func parseReports(values []string) ([]*output, error) {
	var list []*output
	stdout := 0
	for _, v := range values {
		kind, path, ok := strings.Cut(v, "=")
		o := &output{kind: kind, path: path}
		switch {
		case !ok || path == "":
			return nil, usage(fmt.Sprintf("--report %s", v), "want KIND=FILE with junit, json, csv or svg; FILE may be -")
		case kind == "junit":
			o.write = report.WriteJUnit
		case kind == "json":
			o.write = report.WriteJSON
		case kind == "csv":
			o.write = report.WriteCSV
		case kind == "svg":
			o.write = report.WriteSVG
		default:
			return nil, usage(fmt.Sprintf("--report %s: unknown kind %q", v, kind), "there is junit, json, csv and svg")
		}
		if path == "-" {
			stdout++
		}
		list = append(list, o)
	}
	if stdout > 1 {
		return nil, usage("two reports go to stdout", "give one of them a file")
	}
	return list, nil
}

// open makes the file before the run, so that a report is not lost at its end.
func (o *output) open() error {
	if o.path == "-" {
		return nil
	}
	f, err := os.Create(o.path)
	if err != nil {
		return couldNotRun(fmt.Errorf("%s report: %w", o.kind, err), "the folder must exist and be writable")
	}
	o.file = f
	return nil
}

// close writes the document and closes the file.
func (o *output) close(stdout io.Writer, d *report.Document) error {
	if o.file == nil {
		return o.write(stdout, d)
	}
	err := o.write(o.file, d)
	if closed := o.file.Close(); err == nil {
		err = closed
	}
	return err
}

// jsonFile is the file of the first JSON report, or "".
func jsonFile(list []*output) string {
	for _, o := range list {
		if o.kind == "json" && o.path != "-" {
			return o.path
		}
	}
	return ""
}

// toStdout reports whether a report takes stdout.
func toStdout(list []*output) bool {
	for _, o := range list {
		if o.path == "-" {
			return true
		}
	}
	return false
}
