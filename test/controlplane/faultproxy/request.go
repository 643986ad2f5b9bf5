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

package faultproxy

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
)

// Request says what a client asks of the API server, in the terms of RBAC rules and of the audit log.
type Request struct {
	// Verb is get, list, watch, create, update, patch, delete or deletecollection; for URLs outside of
	// the API it is the HTTP method in lower case.
	Verb string
	// Group, Resource and Subresource say what was asked for; the group of core resources is empty. All
	// three, Namespace and Name are empty for URLs outside of the API, and for discovery.
	Group, Resource, Subresource string
	// Namespace is empty for cluster-scoped resources and for requests across namespaces. That of a
	// namespace is the namespace itself.
	Namespace string
	// Name is empty for collections, unless they are narrowed to one name, and for a create that leaves
	// the name to the API server.
	Name string
	// DryRun is true for a request that is to change nothing.
	DryRun bool
	// URI is the path and the query.
	URI string
}

// String is the request on a line, as in "patch rolebindings tenant/checkout".
func (r Request) String() string {
	if r.Resource == "" {
		return r.Verb + " " + r.URI
	}
	line := r.Verb + " " + r.resource()
	switch {
	case r.Namespace != "" && r.Resource != "namespaces":
		line += " " + r.Namespace + "/" + r.Name
	case r.Name != "":
		line += " " + r.Name
	}
	if r.DryRun {
		line += " (dry run)"
	}
	return line
}

// resource is the resource as an RBAC rule names it.
func (r Request) resource() string {
	if r.Subresource == "" {
		return r.Resource
	}
	return r.Resource + "/" + r.Subresource
}

// mutating reports whether the verb changes something.
func (r Request) mutating() bool {
	switch r.Verb {
	case "create", "update", "patch", "delete", "deletecollection":
		return r.Resource != ""
	default:
		return false
	}
}

// classify reads a request as the API server does.
//
// The API server's own code for it is in k8s.io/apiserver, which is too large a dependency for that. The deprecated
// prefixes watch and proxy are left out here.
func classify(r *http.Request, body []byte) Request {
	request := Request{Verb: strings.ToLower(r.Method), URI: r.URL.RequestURI()}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case len(parts) > 2 && parts[0] == "api":
		parts = parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		request.Group = parts[1]
		parts = parts[3:]
	default:
		return request
	}
	if parts[0] == "namespaces" && len(parts) > 1 {
		request.Namespace = parts[1]
		// Everything else that follows a namespace's name is a resource in it.
		if len(parts) > 2 && parts[2] != "status" && parts[2] != "finalize" {
			parts = parts[2:]
		}
	}
	request.Resource = parts[0]
	if len(parts) > 1 {
		request.Name = parts[1]
	}
	if len(parts) > 2 {
		request.Subresource = parts[2]
	}
	query := r.URL.Query()
	request.Verb = verb(r.Method, request.Name, query)
	request.DryRun = len(query["dryRun"]) > 0 || r.Method == http.MethodDelete && dryRunDelete(body)
	if request.Name == "" {
		request.Name = nameInside(request.Verb, query, body)
	}
	return request
}

// verb is the verb of a request for a resource.
func verb(method, name string, query url.Values) string {
	switch method {
	case http.MethodPost:
		return "create"
	case http.MethodPut:
		return "update"
	case http.MethodPatch:
		return "patch"
	case http.MethodDelete:
		if name == "" {
			return "deletecollection"
		}
		return "delete"
	}
	if name != "" {
		return "get"
	}
	if watch, given := query["watch"]; given && watch[0] != "false" && watch[0] != "0" {
		return "watch"
	}
	return "list"
}

// nameInside is the name for requests without one in the path.
func nameInside(verb string, query url.Values, body []byte) string {
	switch verb {
	case "create":
		meta, _ := decodeMetadata(body)
		return meta.Name
	case "list", "watch", "deletecollection":
		if selector, err := fields.ParseSelector(query.Get("fieldSelector")); err == nil {
			name, _ := selector.RequiresExactMatch("metadata.name")
			return name
		}
	}
	return ""
}

// dryRunDelete reports whether the options in the body of a delete, which is where clients put them, make
// it a dry run.
func dryRunDelete(body []byte) bool {
	var options metav1.DeleteOptions
	if unknown, ok := decodeProtobuf(body); ok {
		return options.Unmarshal(unknown.Raw) == nil && len(options.DryRun) > 0
	}
	return json.Unmarshal(body, &options) == nil && len(options.DryRun) > 0
}
