package link_test

import (
	"context"
	"fmt"
	"time"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/clock"
)

func Example() {
	clk := clock.NewVirtual(time.Date(2004, 7, 1, 20, 0, 0, 0, time.UTC))
	modem, err := link.New(clk, link.Config{
		Down: 56 * link.Kbps, Up: 33600,
		Traffic: []link.Traffic{{When: link.Window{From: 6 * time.Hour, To: 22 * time.Hour}, Down: 56 * link.Kbps}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	hold := clk.Hold("download")
	defer hold.Release()

	moved, err := modem.Meter(link.Down, link.Background).Take(context.Background(), hold, 20_000_000)
	fmt.Println(moved, err)
	fmt.Println(clk.Now().Round(time.Second)) // a trickle until 22:00, then all there is
	// Output:
	// 20000000 <nil>
	// 2004-07-01 22:43:20 +0000 UTC
}
