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

package apply

// Mode restricts what may be enforced of a map.
type Mode int

const (
	// Enforce makes all outputs match the map.
	Enforce Mode = iota
	// KeepLastValid is for an invalid map: its last valid table stays in force, and nothing is added in namespaces in which the
	// map has nothing yet.
	KeepLastValid
	// RestrictOnly is for a map with unknown desired state: subjects that may not hold a right lose it, and nothing is
	// added.
	RestrictOnly
)
