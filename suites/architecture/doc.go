// Package architecture holds the tests that keep the code to its own rules:
// who may import whom, how large a file may be, what must be documented, and
// where the time of the real world may be asked. docs/architecture.md draws the
// same picture for people.
//
// The tests read the whole module, and name the place of every breach. A new
// part of the module must be entered in the tables here.
package architecture
