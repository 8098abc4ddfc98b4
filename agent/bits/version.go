package bits

import "github.com/wualab/wualab/agent/machine"

// features is what one BITS version can do and how it asks on the wire.
type features struct {
	since machine.BITSVersion

	parallel      bool // all foreground jobs at once, beside one background job
	headFirst     bool // HEAD before the first GET, always
	followsHTTP10 bool // goes on in HTTP/1.0 with a server that answered HEAD so
	conditional   bool // If-Unmodified-Since once Last-Modified is known
	placement     Placement
	maxFile       int64 // of a download over HTTP; 0: no limit
	smbRanges     bool  // ranges of files of shares
	maxFragment   int64 // of an upload
	namesSession  bool  // Content-Name with Create-Session
	// bandwidthPolicy: MaxInternetBandwidth is obeyed. BITS documentation, "Group Policies".
	bandwidthPolicy bool
	// gateway: the counts of an internet gateway device are read. BITS
	// documentation, "Network Bandwidth".
	gateway bool
}

// featureTable: a version keeps the line above it until it has its own.
//
// Sources: BITS documentation, "What's New" (what came when) and "Scheduling";
// MC-BUP 3.6 product notes 15 (XP and XP SP1 always begin with HEAD in
// HTTP/1.1 and then speak what the server answered), 28 (ranges), 29 and 30
// (when HEAD may be left out), 3.1.5.2.4 (fragments of uploads) and
// 2.2.2 (Content-Name with Create-Session up to Windows Vista); KB 842309 (ranges past the end of the file in
// 2.0); BITS documentation, BG_FILE_INFO (4 GB up to 1.2). Assumed: BITS 1.5 begins with HEAD like 1.2; the conditional header,
// which captures of 7.8 show, is sent from 2.0 on; only 2.0 leaves the last
// range unclamped.
var featureTable = []features{
	{since: machine.BITSVersion{Major: 1, Minor: 0}, headFirst: true, followsHTTP10: true, maxFile: 4 << 30},
	{since: machine.BITSVersion{Major: 1, Minor: 5}, headFirst: true, maxFragment: 128 << 10, namesSession: true},
	{since: machine.BITSVersion{Major: 2, Minor: 0}, parallel: true,
		conditional: true, placement: LastBlock, smbRanges: true, maxFragment: 128 << 10, namesSession: true, bandwidthPolicy: true},
	{since: machine.BITSVersion{Major: 2, Minor: 5}, parallel: true,
		conditional: true, placement: Clamped, smbRanges: true, maxFragment: 13 << 20, namesSession: true, bandwidthPolicy: true, gateway: true},
	{since: machine.BITSVersion{Major: 3, Minor: 0}, parallel: true,
		conditional: true, placement: Clamped, maxFragment: 13 << 20, namesSession: true, bandwidthPolicy: true, gateway: true},
	{since: machine.BITSVersion{Major: 4, Minor: 0}, parallel: true,
		conditional: true, placement: Clamped, maxFragment: 13 << 20, bandwidthPolicy: true, gateway: true},
}

func featuresOf(v machine.BITSVersion) features {
	found := featureTable[0]
	for _, f := range featureTable {
		if v.Compare(f.since) >= 0 {
			found = f
		}
	}
	return found
}
