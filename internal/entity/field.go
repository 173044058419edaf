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
// namespace is the entity's own in all of them. They are the same for all callers
// and must not be changed.
func RefFields(kind string) []RefField { return refFields[kind] }

var (
	fieldOwner        = RefField{"owner", OwnedBy, KindGroup, false, ""}
	fieldSystem       = RefField{"system", PartOf, KindSystem, false, ""}
	fieldDependsOn    = RefField{"dependsOn", DependsOn, "", true, ""}
	fieldDependencyOf = RefField{"dependencyOf", DependencyOf, "", true, ""}

	refFields = map[string][]RefField{
		KindComponent: {fieldOwner, {"subcomponentOf", PartOf, KindComponent, false, ""}, {"providesApis", ProvidesAPI, KindAPI, true, ""},
			{"consumesApis", ConsumesAPI, KindAPI, true, ""}, fieldDependsOn, fieldDependencyOf, fieldSystem},
		KindAPI:      {fieldOwner, fieldSystem},
		KindResource: {fieldOwner, fieldDependsOn, fieldDependencyOf, fieldSystem},
		KindSystem:   {fieldOwner, {"domain", PartOf, KindDomain, false, ""}},
		KindDomain:   {fieldOwner, {"subdomainOf", PartOf, KindDomain, false, ""}},
		KindGroup:    {{"parent", ChildOf, KindGroup, false, ""}, {"children", ParentOf, KindGroup, true, ""}, {"members", HasMember, KindUser, true, ""}},
		KindUser:     {{"memberOf", MemberOf, KindGroup, true, ""}},
		KindTemplate: {fieldOwner},
	}
)
