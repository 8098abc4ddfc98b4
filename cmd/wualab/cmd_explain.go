package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/report"
)

const explainHelp = `Explain a result code: a name (BG_E_HTTP_ERROR_407), a number in hexadecimal
(0x80190197) or in decimal as logs have it (-2145844841); or the NTSTATUS of a
logon or a file share (STATUS_LOGON_FAILURE, 0xC000006D).

Or explain, without any network, whether BITS answers an authentication
challenge, with whose credentials, and by which rule. The PC is that of
--profile, with the registry values of --reg on top: a .reg file, made on a real
PC by

  reg export HKLM\SYSTEM\CurrentControlSet\Control\Lsa lsa.reg
  reg export HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\BITS bits.reg

--lm and --uselmcompat stand for values that are not in the file.

"wualab explain update" tells whether an update applies to a PC.`

func (a *app) explainCommand() *cobra.Command {
	var q question
	cmd := &cobra.Command{
		Use:                   "explain CODE... | explain --profile PROFILE --target proxy|server [flags]",
		DisableFlagsInUseLine: true,
		Short:                 "Explain a result code, or which credentials are sent and why",
		Long:                  explainHelp,
		Example:               examples("wualab explain BG_E_HTTP_ERROR_407", "wualab explain --profile xp-sp2 --target proxy --offered ntlm,basic", "wualab explain --profile xp-sp2 --reg client.reg --target proxy --set-credentials implicit", "wualab explain update KB842773 --profile xp-sp1"),
		ValidArgsFunction:     completeCodes,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch asked := decisionFlags(cmd); {
			case len(args) > 0 && asked != "":
				return usage(fmt.Sprintf("--%s does not go with a result code", asked), "ask for one of them at a time")
			case len(args) > 0:
				return a.explainCodes(args)
			case asked != "":
				q.flags = cmd.Flags()
				return a.explainDecision(q)
			}
			return usage("explain what?", `"wualab explain CODE", or "wualab explain --profile xp-sp2 --target proxy"`)
		},
	}
	q.addFlags(cmd)
	cmd.AddCommand(a.explainUpdateCommand())
	return cmd
}

// decisionFlags gives the name of a flag about credentials that was set, or "".
func decisionFlags(cmd *cobra.Command) (name string) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name != "help" && cmd.InheritedFlags().Lookup(f.Name) == nil {
			name = f.Name
		}
	})
	return name
}

func completeCodes(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, info := range hresult.All() {
		names = append(names, cobra.CompletionWithDesc(info.Name, info.Meaning))
	}
	return append(names, statusNames()...), cobra.ShellCompDirectiveNoFileComp
}

func (a *app) explainCodes(args []string) error {
	for i, arg := range args {
		title, fields, err := explained(arg)
		if err != nil {
			return err
		}
		if i > 0 {
			a.printf("\n")
		}
		a.printf("%s\n%s", title, report.FieldText(a.style(a.out), 2, fields...))
	}
	return nil
}

// explained is what is known about a status or a result code.
func explained(arg string) (title string, fields []report.Field, err error) {
	if isStatusName(arg) {
		s, err := parseStatus(arg)
		return s.title(), s.fields(), err
	}
	h, err := hresult.Parse(arg)
	if err != nil {
		return "", nil, usage(err.Error(), `"wualab list codes" shows the codes that have a name`)
	}
	if s := status(h); s.plausible() {
		return s.title(), s.fields(), nil
	}
	return h.Describe(), codeFields(h), nil
}

// negative is a result code as logs write it, which would read as a flag.
var negative = regexp.MustCompile(`^-[0-9]{8,10}$`)

// signedCodes writes the negative codes of "wualab explain" in hexadecimal.
func signedCodes(args []string) []string {
	if len(args) == 0 || args[0] != "explain" {
		return args
	}
	args = slices.Clone(args)
	for i, arg := range args {
		if n, err := strconv.ParseInt(arg, 10, 32); err == nil && negative.MatchString(arg) {
			args[i] = fmt.Sprintf("0x%08X", uint32(n))
		}
	}
	return args
}

// codeFields are what is known about a code.
func codeFields(h hresult.HRESULT) []report.Field {
	info, known := hresult.Lookup(h)
	fields := []report.Field{{Label: "meaning", Text: info.Meaning}, {Label: "check", Text: info.Hint}}
	if !known {
		fields = []report.Field{{Label: "meaning", Text: "wualab has no entry for this code; its parts say what is told above"}}
	}
	fields = append(fields, report.Field{Label: "decimal", Text: fmt.Sprintf("%d, as unsigned %d", int32(h), uint32(h))})
	if status, ok := h.HTTPStatus(); ok {
		fields = append(fields, report.Field{Label: "HTTP", Text: fmt.Sprintf("status %d", status)})
	}
	switch {
	case known && info.Documented:
		fields = append(fields, report.Field{Label: "source", Text: sourceText(info.Source, true)})
	case known:
		fields = append(fields, report.Field{Label: "source", Text: info.Source + "; the meaning is read from the name (assumed)"})
	}
	if h.Facility() == hresult.FacilityWindowsUpdate {
		return append(fields, report.Field{Label: "a download", Text: "does not meet this code: it is one of the Windows Update agent, not of BITS"})
	}
	if calls := hresult.ReturnedBy(h); calls != "" {
		return append(fields, report.Field{Label: "a download", Text: "does not meet this code: a program gets it from " + calls})
	}
	class, source, documented := hresult.Classify(h)
	return append(fields, report.Field{Label: "a download", Text: classText(class)}, report.Field{Text: sourceText(source, documented)})
}

func classText(c hresult.Class) string {
	switch c {
	case hresult.Transient:
		return "goes to TRANSIENT_ERROR and is tried again by itself (transient)"
	case hresult.Fatal:
		return "goes to ERROR and waits for Resume (fatal)"
	}
	return "goes on; this is no error"
}

func sourceText(source string, documented bool) string {
	switch {
	case documented:
		return source + " (documented)"
	case strings.HasPrefix(source, "assumed"):
		return source
	}
	return source + " (assumed)"
}
