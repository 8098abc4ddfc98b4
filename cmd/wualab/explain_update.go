package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/updateexe"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/metadata/known"
	"github.com/wualab/wualab/report"
	"github.com/wualab/wualab/spelling"
	"github.com/wualab/wualab/wusp"
)

const explainUpdateHelp = `Explain, without any network, whether an update applies to a PC: every rule with
its truth and the value on the PC that decided, the prerequisites, and what its
setup program would do.

NAME is an update that wualab knows by heart, such as KB842773, or the ID or a part
of the title of one in the documents of --metadata: files with one Update element
each, as update servers export them. Without NAME it is the first of these.

The PC is that of --profile, with the registry values of --reg on top, and the
files of --file. --installed takes an update to be installed: a KB number that
wualab knows is put on the PC, any other ID counts for prerequisites.`

// updateQuestion is what "wualab explain update" asks.
type updateQuestion struct {
	profile   string
	reg       []string
	files     []string
	language  string
	installed []string
	metadata  []string
	json      bool
}

func (a *app) explainUpdateCommand() *cobra.Command {
	var q updateQuestion
	cmd := &cobra.Command{
		Use:               "update [NAME]",
		Short:             "Explain whether an update applies to a PC, and which value decided",
		Long:              explainUpdateHelp,
		Example:           examples("wualab explain update KB842773 --profile xp-sp1", "wualab explain update KB842773 --profile xp-sp1 --file qmgr.dll=6.7.2600.5512", "wualab explain update KB842773 --profile xp-sp2 --json"),
		Args:              argCount(0, 1, "the name of an update"),
		ValidArgsFunction: completeUpdates,
		RunE:              func(_ *cobra.Command, args []string) error { return a.explainUpdate(q, strings.Join(args, "")) },
	}
	flags := cmd.Flags()
	flags.StringVar(&q.profile, "profile", "xp-sp2", "`id` of the kind of PC, see \"wualab list profiles\"")
	flags.StringArrayVar(&q.reg, "reg", nil, "registry export of the PC, a .reg `file`; may be repeated")
	flags.StringArrayVar(&q.files, "file", nil, "a file of the PC with its version, `NAME=VERSION`, or NAME=absent; without a folder it is in System32; may be repeated")
	flags.StringVar(&q.language, "language", "en", "the `language` that Windows is localized to")
	flags.StringArrayVar(&q.installed, "installed", nil, "an update that is installed: a KB number, or the `ID` of another; may be repeated")
	flags.StringArrayVar(&q.metadata, "metadata", nil, "metadata of updates, an XML `file`; may be repeated")
	flags.BoolVar(&q.json, "json", false, "write the explanation as JSON")
	completeProfiles(cmd)
	return cmd
}

func completeUpdates(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, u := range known.All() {
		names = append(names, cobra.CompletionWithDesc(u.KB, u.Title))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) explainUpdate(q updateQuestion, name string) error {
	pc, err := q.pc()
	if err != nil {
		return err
	}
	candidates, err := q.candidates()
	if err != nil {
		return err
	}
	kb, chosen, err := whichUpdate(name, q.metadata, candidates)
	if err != nil {
		return err
	}
	for _, u := range known.All() {
		candidates = append(candidates, wua.Candidate{Core: &u.Product.Core, Title: u.Product.Localized[0].Title}, wua.Candidate{Core: &u.Metadata().Core, Title: u.Title})
	}
	if candidates, err = q.assume(pc, candidates); err != nil {
		return err
	}
	judged := wua.Judge(pc, candidates)
	for _, u := range judged {
		if u.Identity.UpdateID == chosen {
			return a.printUpdate(q, explanation(pc, u, judged, kb))
		}
	}
	return nil // whichUpdate found it among them
}

func (a *app) printUpdate(q updateQuestion, d *report.Update) error {
	if !q.json {
		a.printf("%s", d.Text(a.style(a.out)))
		return nil
	}
	text, err := json.MarshalIndent(d, "", "  ")
	a.printf("%s\n", text)
	return err
}

// explanation adds to an explanation what is known of an update by heart.
func explanation(pc *machine.Machine, u *wua.Update, all []*wua.Update, kb *known.Update) *report.Update {
	d := report.NewUpdate(pc, u, all)
	if kb == nil {
		return d
	}
	d.Sources, d.Assumed = kb.Sources, kb.Assumed
	d.Verification = updateexe.Verify(pc, kb.Package)
	setup := updateexe.Install(pc, kb.Package, kb.Package.Arguments)
	says := setup.Says
	switch {
	case !setup.OK():
		says = "stops: " + says
	case setup.RestartRequired():
		says += ", and wants the PC to be restarted"
	}
	d.Setup = &report.UpdateSetup{Command: kb.Package.FileName + " " + kb.Package.Arguments, ExitCode: setup.ExitCode, Says: says}
	return d
}

// pc makes the PC that is asked about, with a BITS service that runs.
func (q updateQuestion) pc() (*machine.Machine, error) {
	pc, err := pcOf(q.profile, q.reg)
	if err != nil {
		return nil, err
	}
	system := pc.System()
	system.Language = q.language
	pc.SetSystem(system)
	pc.AttachService(machine.BITSService, machine.ServiceControl{Running: func() bool { return pc.ServiceStart(machine.BITSService) != machine.ServiceDisabled },
		Start: func() error { return nil }})
	for _, text := range q.files {
		name, version, ok := strings.Cut(text, "=")
		if version == "absent" {
			pc.Files().Remove(name)
			continue
		}
		v, err := machine.ParseFileVersion(version)
		if !ok || name == "" || err != nil {
			return nil, usage("--file "+text, "want NAME=VERSION with four numbers, as in qmgr.dll=6.6.2600.1569, or NAME=absent")
		}
		pc.Files().Set(name, v)
	}
	return pc, nil
}

// candidates reads the documents of --metadata.
func (q updateQuestion) candidates() (list []wua.Candidate, err error) {
	for _, path := range q.metadata {
		document, err := os.ReadFile(path)
		if err != nil {
			return nil, couldNotRun(err, "")
		}
		u, _, err := metadata.ParseUpdate(document)
		if err != nil {
			return nil, metadataError(path, err)
		}
		c := wua.Candidate{Core: &u.Core}
		if len(u.Localized) > 0 {
			c.Title = u.Localized[0].Title
		}
		list = append(list, c)
	}
	return list, nil
}

func metadataError(path string, err error) error {
	var at *boundedxml.Error
	if errors.As(err, &at) {
		err = fmt.Errorf("%s:%w", path, err)
	} else {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return &exit{code: exitBadScenario, err: err, hint: "want one Update element, as a catalogue of updates holds it"}
}

// whichUpdate finds the update that is asked about among those of files and those that are
// known by heart.
func whichUpdate(name string, files []string, list []wua.Candidate) (*known.Update, wusp.GUID, error) {
	if name == "" {
		if len(list) == 0 {
			return nil, "", usage("explain which update?", `"wualab explain update KB842773", or --metadata FILE`)
		}
		return nil, list[0].Core.Identity.UpdateID, nil
	}
	var names []string
	for _, c := range list {
		id := string(c.Core.Identity.UpdateID)
		if strings.EqualFold(id, name) || c.Title != "" && strings.Contains(strings.ToLower(c.Title), strings.ToLower(name)) {
			return nil, c.Core.Identity.UpdateID, nil
		}
		names = append(names, id, c.Title)
	}
	u, err := known.Find(name)
	if err == nil {
		return &u, u.Identity.UpdateID, nil
	}
	hint := "name one of these, or give the metadata of another with --metadata FILE"
	if near, ok := spelling.Nearest(name, names); ok && near != "" {
		hint = "in " + strings.Join(files, ", ") + " there is " + near
	}
	return nil, "", usage(err.Error(), hint)
}

// assume takes the updates of --installed to be installed.
func (q updateQuestion) assume(pc *machine.Machine, list []wua.Candidate) ([]wua.Candidate, error) {
	for _, name := range q.installed {
		if kb, err := known.Find(name); err == nil {
			setup := updateexe.Install(pc, kb.Package, kb.Package.Arguments)
			if !setup.OK() {
				return nil, usage(fmt.Sprintf("--installed %s: setup stops: %s", name, setup.Says), "choose another --profile")
			}
			if err := errors.Join(setup.Apply(), pc.Boot()); err != nil {
				return nil, couldNotRun(err, "")
			}
			continue
		}
		id, err := wusp.ParseGUID(name)
		if err != nil {
			return nil, usage("--installed "+name, "want a KB number that wualab knows (KB842773), or the ID of an update")
		}
		list = taken(list, id)
	}
	return list, nil
}

// taken marks an update as installed, or adds one of which only that is known.
func taken(list []wua.Candidate, id wusp.GUID) []wua.Candidate {
	for i := range list {
		if strings.EqualFold(string(list[i].Core.Identity.UpdateID), string(id)) {
			list[i].Installed = true
			return list
		}
	}
	return append(list, wua.Candidate{Core: &metadata.Core{Identity: wusp.UpdateIdentity{UpdateID: id}}, Installed: true})
}
