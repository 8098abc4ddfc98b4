// Package wuv4 holds what a client of Software Update Services 1.0 and its server say to
// each other, for both ends: the file iuident.cab, the catalogue, and the status pings to
// /wutrack.bin.
//
// Only a part of that is public: that clients ask for /iuident.cab by HEAD and GET with
// the time as query, the query of pings and their User-Agent (IIS logs that
// administrators have published), what some letters of pings mean (Windows IT Pro
// 27069), and the folders of the server. What the documents leave open is made up here
// and says "Invented:": the content of iuident.txt, and the whole exchange of the
// catalogue, which has paths and names of its own so that nobody takes it for the real
// one.
package wuv4

// UserAgent is that of clients, in the IIS logs.
const UserAgent = "Industry Update Control"

// Paths of a server that public sources name.
const (
	IdentPath   = "/iuident.cab"
	PingPath    = "/wutrack.bin"
	ContentPath = "/content/"
	SelfUpdate  = "/SelfUpdate/"
)

// CataloguePath is where the catalogue is asked for. Invented.
const CataloguePath = "/autoupdate/wualab-catalogue.xml"
