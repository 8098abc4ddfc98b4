package scenarios

import (
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/scenarios/plan"
)

// addEula gives an entry of the catalogue its license terms, if it has some.
func addEula(entry *wsus.Update, u *plan.WSUSUpdate) {
	if u.Eula == nil {
		return
	}
	entry.Metadata.EulaID = u.EulaID()
	entry.Metadata.Eulas = []metadata.EulaFile{{File: metadata.File{Name: plan.EulaFile}, Language: "en"}}
	entry.Content[plan.EulaFile] = wsus.File{File: fakeserver.File{Body: []byte(u.Eula.Text.Value)}, Corrupt: u.Eula.Content.Value == "wrong", Missing: u.Eula.Content.Value == "missing"}
}
