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

package inquiry

import "strings"

// Refusal is what the admission policy of requests says when it refuses one.
type Refusal struct {
	// Code is stable, such as MayNotAnswer.
	Code string
	// Message says what is wrong and what to do.
	Message string
}

// The codes of the admission policy request-authors.
const (
	AlreadyDecided = "AlreadyDecided"
	MayNotAnswer   = "MayNotAnswer"
	MayNotAsk      = "MayNotAsk"
	NotYourGroup   = "NotYourGroup"
	NotYourName    = "NotYourName"
	NotYourRequest = "NotYourRequest"
)

// codes has all of these.
var codes = []string{AlreadyDecided, MayNotAnswer, MayNotAsk, NotYourGroup, NotYourName, NotYourRequest}

// RefusalIn returns what the admission policy says in an error of the API server. The code is empty if it says nothing.
func RefusalIn(message string) Refusal {
	_, said, found := strings.Cut(message, " denied request: ")
	if !found {
		return Refusal{}
	}
	for _, code := range codes {
		if text, found := strings.CutPrefix(said, code+": "); found {
			return Refusal{Code: code, Message: text}
		}
	}
	return Refusal{}
}
