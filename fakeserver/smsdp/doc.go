// Package smsdp is an SMS 2003 site as its Advanced Clients see it: a management point,
// which gives policy, says where packages are and takes status messages, and
// distribution points, which give the packages by BITS, or by file share.
//
//	site, err := smsdp.New(smsdp.Config{SiteCode: "LAB", Packages: packages, Points: points, ...})
//	mp, err := fakeserver.New(fakeserver.Config{Routes: site.Routes()})
//	dp, err := fakeserver.New(fakeserver.Config{Routes: site.PointRoutes("dp")})
//	... site.Messages()       // what clients reported
//
// The routes are of a fakeserver, which gives them ranges, authentication and
// behaviours; the share of a distribution point, Share, is for fakeserver/smb. Messages
// are those of smswire.
//
// Modelled documents: those of smswire; "About BITS-Enabled Distribution Points"
// (Configuration Manager 2007); KB 842309 and KB 832860 for the server before and with
// service pack 1; KB 907979 (packages whose content changed). Assumed: what smswire
// says; that a management point serves ranges as HTTP says, as no document tells
// otherwise of it.
package smsdp
