// Package wuident holds what an update server gives out for the agent's update of itself:
// wuident.cab with wuident.txt, which says what an agent of some version is to do, and the
// setup in a folder of its own for each agent, architecture and language.
//
//	data, err := wuident.Pack(wuident.NewerAgent("7.4.7600.226"), wuident.TestKey())
//	ident, err := wuident.Open(data)
//	answer, err := ident.For(version, "x86", "en")
//
// Real agents demand a signature of Microsoft. Here a key of this module stands in its
// place, whose private half everybody has: what it signs is good for tests alone, and the
// reserved field of the cabinet says so.
//
// Modelled document: MS-WUSP product note 49. It names the sections of wuident.txt, the
// directives, and what follows from them. Assumed, as no document prints such a file: the
// form of its lines, which the documentation of [Ident] tells, the names in the
// structure, and the name and content of the setup.
package wuident
