package main

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"time"
)

// checkLimit is how long one check may take.
const checkLimit = 30 * time.Second

const (
	passedOutcome  = "passed"
	failedOutcome  = "failed"
	skippedOutcome = "skipped"
)

// check is one thing a user of the client expects to work.
type check struct {
	name string
	run  func(t *trial)
}

// result is a line of output.
type result struct {
	Check   string `json:"check"`
	Outcome string `json:"outcome"`
	Ms      int64  `json:"ms"`
	Why     string `json:"why,omitempty"`
}

// failure and skip end a check from wherever it is.
type (
	failure struct{ why string }
	skip    struct{ why string }
)

// trial is one check while it runs.
type trial struct {
	*world
	ctx    context.Context
	prefix string
	ends   []func()
}

// later runs when the check is over, however it ended.
func (t *trial) later(end func()) {
	t.ends = append(t.ends, end)
}

// key is one that no other check uses.
func (t *trial) key(name string) []byte {
	return []byte(t.prefix + name)
}

// perform runs a check and says how it ended.
func (w *world) perform(index int, c check) (r result) {
	r = result{Check: c.name, Outcome: passedOutcome}
	if w.without[c.name] {
		return result{Check: c.name, Outcome: skippedOutcome, Why: "left out by --without"}
	}
	ctx, cancel := context.WithTimeout(context.Background(), checkLimit)
	defer cancel()
	t := &trial{world: w, ctx: ctx, prefix: fmt.Sprintf("check-%d/", index)}
	start := time.Now()
	defer func() {
		switch end := recover().(type) {
		case nil:
		case failure:
			r.Outcome, r.Why = failedOutcome, end.why
		case skip:
			r.Outcome, r.Why = skippedOutcome, end.why
		default:
			// Their code may panic on an answer it does not expect; that is a finding, not our end.
			r.Outcome, r.Why = failedOutcome, fmt.Sprintf("the client panicked: %v", end)
		}
		r.Ms = time.Since(start).Milliseconds()
		for i := len(t.ends) - 1; i >= 0; i-- {
			t.ends[i]()
		}
	}()
	c.run(t)
	return r
}

// fail ends the check, naming the line that found it. depth 1 is the caller of fail.
func fail(depth int, format string, arguments ...any) {
	where := ""
	if _, file, line, ok := runtime.Caller(depth + 1); ok {
		where = fmt.Sprintf("%s:%d: ", filepath.Base(file), line)
	}
	panic(failure{where + fmt.Sprintf(format, arguments...)})
}

// must passes a value on, and ends the check on an error.
func must[T any](value T, err error) T {
	if err != nil {
		fail(1, "%v", err)
	}
	return value
}

// done ends the check on an error.
func done(err error) {
	if err != nil {
		fail(1, "%v", err)
	}
}

// same ends the check where two values differ.
func same(what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		fail(1, "%s: %v, expected %v", what, show(got), show(want))
	}
}

// holds ends the check where something is not so.
func holds(what string, ok bool) {
	if !ok {
		fail(1, "not so: %s", what)
	}
}

func show(value any) any {
	if text, ok := value.([]byte); ok {
		if len(text) > 64 {
			return fmt.Sprintf("%q… (%d bytes)", text[:64], len(text))
		}
		return fmt.Sprintf("%q", text)
	}
	return value
}
