package scenarios

import (
	"strconv"

	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/scenarios/plan"
)

// handlers are the URIs of the kinds of installers, by their last word.
var handlers = map[string]string{"CommandLineInstallation": metadata.CommandLineInstallation, "WindowsPatch": metadata.WindowsPatch, "WindowsInstaller": metadata.WindowsInstaller,
	"WindowsSetup": metadata.WindowsSetup, "WindowsDriver": metadata.WindowsDriver, "Category": metadata.CategoryHandler}

// handlerOf gives the kind of installer of an update that may not say it.
func handlerOf(u *plan.WSUSUpdate) string {
	switch {
	case u.Handler.Set:
		return handlers[u.Handler.Value]
	case len(u.ReturnCodes) > 0:
		return metadata.CommandLineInstallation
	}
	switch metadata.Type(u.Type.Value) {
	case metadata.Driver:
		return metadata.WindowsDriver
	case metadata.Category, metadata.Detectoid:
		return metadata.CategoryHandler
	}
	return metadata.WindowsPatch
}

func extendedOf(u *plan.WSUSUpdate) metadata.Extended {
	x := metadata.Extended{Handler: handlerOf(u), MsrcSeverity: u.Severity.Value, KBArticleIDs: u.KB, DefaultPropertiesLang: "en"}
	if kind := metadata.Type(u.Type.Value); kind == metadata.Software || kind == metadata.Driver {
		x.InstallationBehavior = &metadata.Behavior{RebootBehavior: u.RebootBehavior.Or("CanRequestReboot"), Impact: u.Impact.Or("Normal")}
	}
	if u.Uninstallable.Or(u.Uninstaller != nil) {
		x.UninstallBehavior = &metadata.Behavior{RebootBehavior: "CanRequestReboot"}
	}
	for _, f := range u.Files {
		x.Files = append(x.Files, metadata.File{Name: f.Name})
	}
	if x.Handler == metadata.CommandLineInstallation {
		x.HandlerSpecificData = commandOf(u)
	}
	return x
}

// commandOf writes HandlerSpecificData of the CommandLineInstallation schema. The program
// is the first file.
func commandOf(u *plan.WSUSUpdate) *metadata.Rule {
	command := &metadata.Rule{Name: "InstallCommand", Attributes: []metadata.Attribute{{Name: "Arguments", Value: "/quiet /norestart"}}}
	add := func(name, value string) {
		command.Attributes = append(command.Attributes, metadata.Attribute{Name: name, Value: value})
	}
	if len(u.Files) > 0 {
		add("Program", u.Files[0].Name)
	}
	add("RebootByDefault", strconv.FormatBool(u.DefaultReboot.Value))
	add("DefaultResult", u.DefaultResult.Or("Failed"))
	for _, c := range u.ReturnCodes {
		command.Rules = append(command.Rules, &metadata.Rule{Name: "ReturnCode", Attributes: []metadata.Attribute{
			{Name: "Code", Value: strconv.Itoa(c.Code.Value)}, {Name: "Result", Value: c.Result.Value}, {Name: "Reboot", Value: strconv.FormatBool(c.Reboot.Value)}}})
	}
	return &metadata.Rule{Name: "HandlerSpecificData", Attributes: []metadata.Attribute{{Name: "type", Value: "cmd:CommandLineInstallation"}}, Rules: []*metadata.Rule{command}}
}
