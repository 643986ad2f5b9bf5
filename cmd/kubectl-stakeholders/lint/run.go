/*
Copyright 2026 The stakeholder-operator authors.

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
*/

package lint

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"golang.org/x/sync/semaphore"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// Input is what to lint: a document, or what is wrong with the text that should have been one.
type Input struct {
	manifest.Raw
	// Found says that the user has named a folder and not this file, so that a document that is no object is passed over.
	Found   bool
	Problem *manifest.SyntaxError
}

// Source gives the documents to lint, in order.
type Source func(each func(Input) error) error

// Run lints documents, several at a time, and reports the findings in their order. It holds documents of no more than
// manifest.MaxDocument bytes together. Progress is called with the number of documents that are done.
func (l *Linter) Run(ctx context.Context, source Source, progress func(int)) (*Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	inOrder := make(chan *job, 4*runtime.GOMAXPROCS(0))
	work := make(chan *job)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for j := range work {
				j.findings, j.err = l.input(ctx, j)
				close(j.done)
			}
		})
	}
	var failed error
	workers.Go(func() {
		defer close(inOrder)
		defer close(work)
		failed = l.feed(ctx, source, inOrder, work)
	})
	report, err := l.collect(ctx, inOrder, progress)
	cancel()
	workers.Wait()
	if err == nil {
		err = failed
	}
	return report, err
}

// job is a document on its way.
type job struct {
	Input
	release func()
	done    chan struct{}
	objects []*manifest.Document
	// begin has the line in which each object begins.
	begin    []int
	findings []Finding
	err      error
}

// feed gives documents to the workers, and to the collector in order.
func (l *Linter) feed(ctx context.Context, source Source, inOrder, work chan<- *job) error {
	memory := semaphore.NewWeighted(manifest.MaxDocument)
	return source(func(in Input) error {
		size := int64(min(len(in.Text), manifest.MaxDocument))
		if err := memory.Acquire(ctx, size); err != nil {
			return err
		}
		j := &job{Input: in, done: make(chan struct{}), release: func() { memory.Release(size) }}
		for _, to := range []chan<- *job{inOrder, work} {
			select {
			case to <- j:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
}

// collect puts the results together. It stops at the first error.
func (l *Linter) collect(ctx context.Context, inOrder <-chan *job, progress func(int)) (*Report, error) {
	report := &Report{Findings: []Finding{}}
	seen := make(seenObjects)
	n := 0
	for j := range inOrder {
		select {
		case <-j.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if j.err != nil {
			return nil, j.err
		}
		report.add(j.objects, append(j.findings, seen.again(l, j)...))
		j.release()
		n++
		progress(n)
	}
	return report, nil
}

// input lints a document with all its objects.
func (l *Linter) input(ctx context.Context, j *job) ([]Finding, error) {
	if j.Problem != nil {
		return []Finding{unread(j.Problem)}, nil //nolint:nilerr // it is a finding
	}
	var findings []Finding
	err := j.Objects(func(d *manifest.Document) error {
		found, err := l.Document(ctx, d)
		findings = append(findings, found...)
		if d.IsKnown() {
			j.objects, j.begin = append(j.objects, d), append(j.begin, d.Begin())
		}
		return err
	})
	if problem, ok := errors.AsType[*manifest.SyntaxError](err); ok {
		if problem.NoObject && j.Found {
			return findings, nil
		}
		return append(findings, unread(problem)), nil
	}
	return findings, err
}

func unread(problem *manifest.SyntaxError) Finding {
	return Finding{File: problem.File, Line: max(problem.Line, 1), Column: 1, Level: Error, Code: Syntax, Message: problem.Problem}
}

// seenObjects has the file and line of each object.
type seenObjects map[objectKey]string

type objectKey struct{ kind, namespace, name string }

// again returns the findings about objects that were there before.
func (s seenObjects) again(l *Linter, j *job) []Finding {
	var findings []Finding
	for i, d := range j.objects {
		key := objectKey{kind: d.Kind, name: d.Name}
		if d.Kind != names.KindPolicy {
			key.namespace = l.namespaceOf(d)
		}
		if d.Name == "" {
			continue
		}
		if first, found := s[key]; found {
			findings = append(findings, l.located(d, []Finding{{
				Level: Error, Code: DuplicateObject, Field: "metadata.name",
				Message: fmt.Sprintf("the same %s is in %s, too, and the one that is applied last wins: remove or rename one", d.Kind, first),
			}})...)
			continue
		}
		s[key] = fmt.Sprintf("%s:%d", d.File, j.begin[i])
	}
	return findings
}
