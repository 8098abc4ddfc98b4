// Package wua is the Windows Update Agent of the simulated PC: it asks an update server
// (MS-WUSP) what there is, judges on the PC what applies, and tells the server. It
// stands above agent/winhttp, whose requests carry its calls, and agent/machine, whose
// registry holds its policy and whose files its judgement is about.
//
//	updates, err := wua.New(wua.Config{Machine: pc, HTTP: client, Clock: clk})
//	scan, err := updates.Detect(ctx, hold)
//	for _, u := range scan.Offered() { ... }
//
// What it did and why stands in its [Log], in the form of WindowsUpdate.log. Errors
// carry the 0x8024… code that the agent reports; hresult.Of finds it.
//
// Modelled documents: MS-WUSP 2.2.2, 3.1.5 and 3.2 with product notes; the Windows Update
// error pages; KB 902093 (the log); "Configure Automatic Updates in a Non-Active
// Directory Environment" (the policy). What none of them settles says "Assumed:".
package wua
