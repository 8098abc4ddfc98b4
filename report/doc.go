// Package report turns the results of package scenarios into documents: lines
// for a person on a console, a JUnit report for a build server, and a JSON
// report that "wualab show" reads back.
//
// It stands beside cmd/wualab, above scenarios. Every document is made from one
// model, [Document], and every failure is told by one text, so that console,
// JUnit and a saved report say the same. The calls most users need:
//
//	b := report.NewBuilder(report.Options{Seed: 1})
//	console := report.NewConsole(os.Stdout, report.Style{})
//	for result := range runner.Run(ctx, files...) {
//		console.Cell(b.Add(result))
//	}
//	doc := b.Finish(wall, "")
//	console.Finish(doc)
//	err := report.WriteJSON(file, doc)
//
// Secrets are taken out when a result enters the model ([Builder.Add]), before
// anything is printed.
//
// It models no document of Windows. The JUnit form is that of the Jenkins xUnit
// plugin's junit-10.xsd.
package report
