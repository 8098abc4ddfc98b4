package criteria_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/wua/criteria"
)

func TestCriteria(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "criteria")
}

const (
	id    = "d67661eb-2423-451d-bf5d-13199e37df28"
	other = "00000000-0000-0000-0000-000000000001"
	// of the Automatic Updates service, from public logs
	automatic = "IsInstalled=0 and DeploymentAction='Installation' or IsPresent=1 and DeploymentAction='Uninstallation' or IsInstalled=1 and DeploymentAction='Installation' and RebootRequired=1 or IsInstalled=0 and DeploymentAction='Uninstallation' and RebootRequired=1"
)

var facts = criteria.Facts{Type: "Software", DeploymentAction: "Installation", IsAssigned: true, UpdateID: id, RevisionNumber: 102, CategoryIDs: []string{other}, IsPresent: true}

var _ = DescribeTable("criteria", func(text string, want bool) {
	c, err := criteria.Parse(text)
	Expect(err).NotTo(HaveOccurred())
	Expect(c.Match(facts)).To(Equal(want))
	again, err := criteria.Parse(c.String())
	Expect(err).NotTo(HaveOccurred(), c.String())
	Expect(again).To(Equal(c))
},
	Entry("nothing", " ", true),
	Entry(nil, "Type='Software'", true), Entry(nil, "type = 'driver'", false), Entry(nil, "Type!='Driver'", true), Entry(nil, "Type!='Software'", false),
	Entry(nil, "DeploymentAction='Installation'", true), Entry(nil, "DeploymentAction='Uninstallation'", false),
	Entry(nil, "IsAssigned=1", true), Entry(nil, "IsAssigned=0", false),
	Entry(nil, "BrowseOnly=0", true), Entry(nil, "BrowseOnly=1", false),
	Entry(nil, "AutoSelectOnWebSites=0", true), Entry(nil, "AutoSelectOnWebSites=1", false),
	Entry(nil, "UpdateID='"+id+"'", true), Entry(nil, "UpdateID='D67661EB-2423-451D-BF5D-13199E37DF28'", true), Entry(nil, "UpdateID!='"+id+"'", false), Entry(nil, "UpdateID='"+other+"'", false),
	Entry(nil, "RevisionNumber=102", true), Entry(nil, "RevisionNumber=1", false),
	Entry(nil, "CategoryIDs contains '"+other+"'", true), Entry(nil, "CategoryIDs CONTAINS '"+id+"'", false),
	Entry(nil, "IsInstalled=0", true), Entry(nil, "IsInstalled=1", false),
	Entry(nil, "IsHidden=0", true), Entry(nil, "IsHidden=1", false),
	Entry(nil, "IsPresent=1", true), Entry(nil, "IsPresent=0", false),
	Entry(nil, "RebootRequired=0", true), Entry(nil, "RebootRequired=1", false),
	Entry(nil, "IsInstalled=0 and IsHidden=1", false), Entry(nil, "IsInstalled=1 or IsHidden=0", true),
	Entry(nil, "(IsInstalled=1 and IsHidden=0) or (IsPresent=1)", true), Entry(nil, "( IsInstalled=1 AND IsHidden=0 ) OR IsPresent=0", false),
	Entry("of the service", automatic, true),
)

var _ = Describe("an update that is to be removed", func() {
	It("is meant by those alone that say so", func() {
		f := facts
		f.DeploymentAction = "Uninstallation"
		for text, want := range map[string]bool{"IsPresent=1": false, "IsPresent=1 and DeploymentAction='Uninstallation'": true, automatic: true} {
			c, err := criteria.Parse(text)
			Expect(err).NotTo(HaveOccurred())
			Expect(c.Match(f)).To(Equal(want), text)
		}
	})
})

var _ = DescribeTable("what is no criterion is told at its column", func(text, want string) {
	_, err := criteria.Parse(text)
	Expect(err).To(MatchError(want))
},
	Entry(nil, "IsInstaled=0", "column 1: there is no criterion IsInstaled; there is IsInstalled"),
	Entry(nil, "IsInstalled=2", `column 13: IsInstalled takes 0 or 1, not "2"`),
	Entry(nil, "IsInstalled!=1", `column 12: IsInstalled takes the operator =, not "!="`),
	Entry(nil, "IsInstalled='1'", `column 13: IsInstalled takes 0 or 1, not "'1'"`),
	Entry(nil, "IsInstalled=0 and", "column 18: want a name such as IsInstalled, not the end"),
	Entry(nil, "IsInstalled=0 IsHidden=0", `column 15: want and, or, or the end, not "IsHidden"; or stands on the outermost level alone`),
	Entry(nil, "(IsInstalled=1) and (IsHidden=0 or IsPresent=1)", `column 17: want and, or, or the end, not "and"; or stands on the outermost level alone`),
	Entry(nil, "(IsInstalled=1 or IsHidden=0)", `column 16: want and or ), not "or"; or stands on the outermost level alone`),
	Entry(nil, "(IsInstalled=1", "column 15: want and or ), not the end; or stands on the outermost level alone"),
	Entry(nil, "Type='Firmware'", `column 6: Type takes 'Software' or 'Driver', not "'Firmware'"`),
	Entry(nil, "Type contains 'x'", `column 6: Type takes the operators = and !=, not "contains"`),
	Entry(nil, "UpdateID='1'", `column 10: UpdateID takes a GUID in quotes, not "'1'"`),
	Entry(nil, "CategoryIDs='"+id+"'", `column 12: CategoryIDs takes the operator contains, not "="`),
	Entry(nil, "RevisionNumber=99999999999", `column 16: RevisionNumber takes a number, not "99999999999"`),
	Entry(nil, "Type='Software", "column 6: a string without its closing quote"),
	Entry(nil, "Ümlaut=1", "column 1: a character that does not belong here"),
	Entry(nil, "IsInstalled=1 ä", "column 15: a character that does not belong here"),
)

func FuzzParse(f *testing.F) {
	f.Add(automatic)
	f.Add("(IsInstalled=1 and Type!='Driver') or CategoryIDs contains '" + id + "'")
	f.Add("UpdateID='''")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := criteria.Parse(text)
		if err != nil {
			return
		}
		again, err := criteria.Parse(c.String())
		if err != nil || again.String() != c.String() {
			t.Fatalf("%q became %q: %v", text, c.String(), err)
		}
	})
}
