package plan

import "fmt"

// checkDomains sees to the domain controllers that members share.
func (c *checker) checkDomains() {
	for i := range c.s.DomainControllers {
		c.resolveAll(c.s.DomainControllers[i].Accounts)
	}
}

// checkMember gives a member the domain controller that it names.
func (c *checker) checkMember(l *Login) {
	name := l.MemberOf.Value
	switch {
	case !l.MemberOf.Set:
		return
	case l.DomainController != nil:
		c.fail(l.MemberOf.Pos, "both domain-controller and member-of", "a computer is a member of one domain: leave one of them out")
		return
	}
	var names []string
	for i := range c.s.DomainControllers {
		dc := &c.s.DomainControllers[i]
		if dc.Name == name {
			l.DomainController = dc
			return
		}
		names = append(names, dc.Name)
	}
	c.failName(l.MemberOf.Pos, fmt.Sprintf("member-of: unknown domain controller %s", quote(name)), name, func() []string { return names })
}
