package scenarios

import "github.com/wualab/wualab/scenarios/plan"

// states gives the named values of a fake as it takes them.
func states(list []plan.StateValue) map[string]string {
	values := make(map[string]string, len(list))
	for _, v := range list {
		values[v.Name] = string(v.Value)
	}
	return values
}

// setStates changes the named values of a fake.
func setStates(list []plan.StateValue, set func(name, value string) error) error {
	for _, v := range list {
		if err := set(v.Name, string(v.Value)); err != nil {
			return err
		}
	}
	return nil
}
