package wua

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/wusp"
)

// Why says why the agent does not offer the update, with the rule that decided and the
// value on the PC; "" for one that is offered.
func (u *Update) Why() string {
	switch {
	case u.Hidden:
		return "it is hidden"
	case len(u.SupersededBy) > 0:
		return "it is superseded by " + listed(u.SupersededBy)
	case u.Offered():
		return ""
	}
	switch u.Deployment.Action {
	case wusp.ActionInstall, wusp.ActionOptionalInstall:
	case wusp.ActionUninstall:
		if !u.Installed {
			return "it is deployed to be removed, and is not installed"
		}
	default:
		return fmt.Sprintf("its deployment action is %s", u.Deployment.Action)
	}
	if !u.Core.ExplicitlyDeployable {
		return "it is not ExplicitlyDeployable"
	}
	return u.whyNotApplicable()
}

func (u *Update) whyNotApplicable() string {
	switch {
	case len(u.Core.Bundled) > 0 && u.Installed:
		return "one of each choice in its bundle is installed"
	case u.Installed:
		return "it is installed: IsInstalled is " + u.State.IsInstalled.Deciding()
	case !u.PrerequisitesMet:
		return "its prerequisites are not met: " + u.missing()
	case u.State.Installed == applicability.Unknown && len(u.Core.Bundled) == 0:
		return "whether it is installed is not known: " + u.State.IsInstalled.Deciding()
	case u.State.Superseded != applicability.False:
		return "IsSuperseded is " + u.State.IsSuperseded.Deciding()
	case u.State.Installable != applicability.True && u.State.IsInstallable != nil:
		return "IsInstallable is " + u.State.IsInstallable.Deciding()
	case len(u.Core.Bundled) > 0:
		return "nothing in its bundle applies"
	}
	return "it has no rules that say that it applies"
}

// missing names the clauses of which nothing is installed.
func (u *Update) missing() string {
	var list []string
	for _, c := range u.unmet {
		var ids []wusp.GUID
		for _, id := range c.AnyOf {
			ids = append(ids, id.UpdateID)
		}
		list = append(list, strings.ReplaceAll(listed(ids), ", ", " or "))
	}
	return strings.Join(list, "; ")
}

func listed(ids []wusp.GUID) string {
	var texts []string
	for _, id := range ids {
		texts = append(texts, string(id))
	}
	return strings.Join(texts, ", ")
}
