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

// Package v1alpha1 is the document that tools read to know who to ask: the RoutingTable.
//
// The operator writes it as JSON under the key routing.json of the ConfigMap <map>-routing, in the
// namespace of the StakeholderMap. A tool parses it and asks for a topic:
//
//	table, err := routing.Parse([]byte(configMap.Data[routing.DocumentKey]))
//	if err != nil { … }
//	for _, party := range table.Resolve("budget").To { … }
//
// The package imports only the standard library and apimachinery, so that a tool gets no other
// dependency with it. SchemaJSON is the document's JSON Schema for tools in other
// languages.
package v1alpha1
