// Package automatic is Automatic Updates of the simulated PC, the service that has the
// Windows Update Agent detect, download and install by policy: it reads the policy from
// the registry, keeps the times of the next detection, the scheduled installation and
// the report, asks the users who may answer, and restarts the PC. It stands above
// agent/wua, which does the work.
//
//	au := automatic.New(automatic.Config{Agent: updates, Machine: pc, Clock: clk})
//	err := au.Start()
//	defer au.Stop()
//	err = hold.Sleep(ctx, 22*time.Hour)
//	fmt.Println(au.Status().State)
//
// On a virtual clock time does not pass for the sake of its timers, which never end: it
// passes while a caller sleeps, or in [Service.Await].
//
// Modelled documents: "Configure Automatic Updates in a Non-Active Directory Environment"
// (cc708449) and the Group Policy texts of the same settings; "Determine a Method to
// Configure Clients" (dd939821) and "Plan Automatic Updates Settings" (dd939923); MS-WUSP
// 2.2.2.3.1 with product notes 60 to 65; KB 326693; KB 902093. What none of them settles
// says "Assumed:".
package automatic
