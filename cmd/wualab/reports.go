package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
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
			return nil, usage(fmt.Sprintf("--report %s", v), "want KIND=FILE with junit, json, csv, svg or har; FILE may be -")
		case kind == "junit":
			o.write = report.WriteJUnit
		case kind == "json":
			o.write = report.WriteJSON
		case kind == "csv":
			o.write = report.WriteCSV
		case kind == "svg":
			o.write = report.WriteSVG
		case kind == "har":
			o.write = report.WriteHAR
		default:
			return nil, usage(fmt.Sprintf("--report %s: unknown kind %q", v, kind), "there is junit, json, csv, svg and har")
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

// withHAR adds what --har says to what --report says.
func withHAR(reports []string, har string) []string {
	if har == "" {
		return reports
	}
	return append(slices.Clone(reports), "har="+har)
}

// openReports reads the values of --report and makes the files.
func openReports(values []string) ([]*output, error) {
	list, err := parseReports(values)
	if err != nil {
		return nil, err
	}
	for _, o := range list {
		if err := o.open(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// addReportFlags adds --report and --har to a command whose document has one cell.
func addReportFlags(cmd *cobra.Command, reports *[]string, har *string) {
	cmd.Flags().StringArrayVar(reports, "report", nil, "write a report, `KIND=FILE`: junit=FILE, json=FILE or har=FILE, - for stdout; may be repeated")
	cmd.Flags().StringVar(har, "har", "", "write the exchanges to this `file` as HAR 1.2, which browsers and other tools open")
	complete(cmd, "report", "junit=", "json=", "har=")
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
