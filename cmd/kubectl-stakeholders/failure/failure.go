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

// Package failure has the errors that end the program, each with its exit code.
package failure

import (
	"errors"
	"fmt"
)

// The exit codes, which scripts rely on.
const (
	// CodeYes : the answer is yes, or there are no findings.
	CodeYes = 0
	// CodeNo : the answer is no, or there are findings.
	CodeNo = 1
	// CodeUsage : the command line or a file is wrong, or names something that does not exist.
	CodeUsage = 2
	// CodeCluster : the cluster cannot be reached, refuses the request, lacks the operator, or has no answer in time.
	CodeCluster = 3
)

// ErrNo ends the program with CodeNo, and without a message: the command has already written its answer.
var ErrNo = errors.New("the answer is no")

type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// No returns an error that ends the program with CodeNo and this message.
func No(format string, args ...any) error { return &failure{CodeNo, fmt.Errorf(format, args...)} }

// Usage returns an error that ends the program with CodeUsage. The message is one line that says what to do.
func Usage(format string, args ...any) error { return &failure{CodeUsage, fmt.Errorf(format, args...)} }

// Cluster returns an error that ends the program with CodeCluster. The message is one line that says what to do.
func Cluster(format string, args ...any) error {
	return &failure{CodeCluster, fmt.Errorf(format, args...)}
}

// Code returns the exit code for an error of a command. An error that says nothing about it is one of usage, because
// cobra's own errors are.
func Code(err error) int {
	var f *failure
	switch {
	case err == nil:
		return CodeYes
	case errors.Is(err, ErrNo):
		return CodeNo
	case errors.As(err, &f):
		return f.code
	default:
		return CodeUsage
	}
}
