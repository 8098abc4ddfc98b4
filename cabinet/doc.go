// Package cabinet reads and writes cabinet files (.cab), in which update servers give out
// what belongs to the agent itself. [Write] makes a cabinet of one folder that is
// not compressed; [Read] gives the files of one, from folders that are stored or have
// MSZIP. The reserved field of a cabinet's header, where signatures have their place, is
// kept.
//
// Cabinets may be hostile: every offset and count is checked against what is there, and
// what unpacks to more than a bound is refused before it is unpacked. Folders with Quantum
// or LZX, and cabinets that go on in another file, are refused by name.
//
// Modelled documents: MS-CAB 2 (the format, with the checksum of 3.1); MS-MCI 2 (MSZIP:
// blocks of RFC 1951 that may refer to the ones before).
package cabinet
