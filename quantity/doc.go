// Package quantity reads the sizes and durations that people write in scenario
// files and behaviour parameters: "300kB", "4KiB", "14d", "250ms". Both the
// scenario language and package behaviour use it, so that one spelling holds
// everywhere. It imports nothing of ours.
//
// Size units are those of IEC 80000-13: kB, MB and GB are powers of 1000, KiB,
// MiB and GiB powers of 1024. A unit is obligatory, except on 0, since a bare
// number is what leads to mistakes.
//
//	n, err := quantity.ParseSize("300kB")     // 300000
//	d, err := quantity.ParseDuration("1h30m") // 90 minutes
package quantity
