package entity

// RefField is a field of a kind's spec that holds references: the relation it
// means, and what is assumed of a reference that leaves its kind out.
type RefField struct {
	// Key is the field's key in the spec. In a kind of the user's own it may be a
	// path of keys with dots in between; what lies in lists on the way is meant
	// item by item.
	Key         string
	Relation    string
	DefaultKind string // "" where the kind must be written
	List        bool
	// Inverse is the relation in the other direction, "" for that of the model.
	Inverse string
}

// RefFields are the reference fields of the built-in kinds (Backstage,
// BuiltinKindsEntityProcessor and ScaffolderEntitiesProcessor). The default
// namespace is the entity's own in all of them.
func RefFields(kind string) []RefField {
	owner := RefField{"owner", OwnedBy, KindGroup, false, ""}
	system := RefField{"system", PartOf, KindSystem, false, ""}
	dependsOn := RefField{"dependsOn", DependsOn, "", true, ""}
	dependencyOf := RefField{"dependencyOf", DependencyOf, "", true, ""}
	switch kind {
	case KindComponent:
		return []RefField{owner, {"subcomponentOf", PartOf, KindComponent, false, ""}, {"providesApis", ProvidesAPI, KindAPI, true, ""},
			{"consumesApis", ConsumesAPI, KindAPI, true, ""}, dependsOn, dependencyOf, system}
	case KindAPI:
		return []RefField{owner, system}
	case KindResource:
		return []RefField{owner, dependsOn, dependencyOf, system}
	case KindSystem:
		return []RefField{owner, {"domain", PartOf, KindDomain, false, ""}}
	case KindDomain:
		return []RefField{owner, {"subdomainOf", PartOf, KindDomain, false, ""}}
	case KindGroup:
		return []RefField{{"parent", ChildOf, KindGroup, false, ""}, {"children", ParentOf, KindGroup, true, ""}, {"members", HasMember, KindUser, true, ""}}
	case KindUser:
		return []RefField{{"memberOf", MemberOf, KindGroup, true, ""}}
	case KindTemplate:
		return []RefField{owner}
	}
	return nil
}
