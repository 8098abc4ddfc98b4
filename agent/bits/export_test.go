package bits

// Fail has a job that waits for its turn end it with an error.
func (j *Job) Fail(err error) {
	hold := j.m.cfg.Clock.Hold("spec")
	defer hold.Release()
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	j.fail((&File{remote: named("http://origin/f")}).transportError(err))
}

// DueNotices counts the notices of files that will be told once more.
func (j *Job) DueNotices() int {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	return len(j.tells.again)
}
