// Package scenarios runs scenario files: for each cell of a file it builds a
// world of one simulated PC, fake servers and fake proxies that talk over real
// loopback TCP on one virtual clock, plays the steps, and judges what is
// expected by the transcript. The language is package plan; the embedded
// files are in library.
//
// [Serve] starts the fakes of a cell for clients from outside, and [Probe] lets a PC
// download from a real server; both use the same parts on the wall clock.
//
// It is the only package that knows both sides of the wire.
//
//	runner := scenarios.Runner{Seed: 1}
//	file, err := scenarios.Load("my.yaml")
//	for result := range runner.Run(ctx, file) {
//		fmt.Println(result.Cell.ID, result.Verdict)
//	}
package scenarios
