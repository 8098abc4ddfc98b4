package applicability

// unmodelled are rules that documents name and that ask for what the PC here does not
// have: why they cannot be judged. Source of the names: MS-WUSP product note 53, the
// BaseApplicabilityRules schema.
var unmodelled = map[string]string{
	"b.WmiQuery":             "the PC has no WMI that could be asked",
	"b.GenericQuery":         "no public document tells what it asks",
	"b.InstalledOnce":        "no public document tells when an update counts as installed once",
	"b.LicenseValueExists":   "the PC has no licensing service that could be asked",
	"b.LicenseDword":         "the PC has no licensing service that could be asked",
	"b.ClusteredOS":          "clusters are not modelled",
	"b.ClusterResourceOwner": "clusters are not modelled",
}
