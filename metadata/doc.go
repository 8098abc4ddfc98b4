// Package metadata holds the metadata of updates: what an update is, what it needs, and
// by which rules a computer tells whether it applies. [ParseUpdate] reads a whole
// document, as a catalogue holds it; a server takes it apart into the fragments that
// MS-WUSP 3.1.1.1 defines ([Update.Core], [Update.Extended], [Update.Localized]), and a
// client reads those again ([ParseCore], [ParseExtended], [ParseLocalized]).
//
// The rules are kept as a tree of names and attributes. They are judged by agent/wua,
// which knows a computer; this package knows none.
//
// Modelled documents: MS-WUSP 3.1.1 and 3.1.1.1 with product notes 26, 42, 44 and 53;
// "Creating and Managing Applicability Rules" of the Windows Update documentation.
package metadata
