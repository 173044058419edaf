package entity

// Relation types of Backstage's model. Every pair exists in both directions.
const (
	OwnedBy       = "ownedBy"
	OwnerOf       = "ownerOf"
	PartOf        = "partOf"
	HasPart       = "hasPart"
	ProvidesAPI   = "providesApi"
	APIProvidedBy = "apiProvidedBy"
	ConsumesAPI   = "consumesApi"
	APIConsumedBy = "apiConsumedBy"
	DependsOn     = "dependsOn"
	DependencyOf  = "dependencyOf"
	ChildOf       = "childOf"
	ParentOf      = "parentOf"
	MemberOf      = "memberOf"
	HasMember     = "hasMember"
)

var inverse = map[string]string{
	OwnedBy: OwnerOf, OwnerOf: OwnedBy,
	PartOf: HasPart, HasPart: PartOf,
	ProvidesAPI: APIProvidedBy, APIProvidedBy: ProvidesAPI,
	ConsumesAPI: APIConsumedBy, APIConsumedBy: ConsumesAPI,
	DependsOn: DependencyOf, DependencyOf: DependsOn,
	ChildOf: ParentOf, ParentOf: ChildOf,
	MemberOf: HasMember, HasMember: MemberOf,
}

// Inverse is the other direction of a relation type, or "" for a type that the
// model does not know.
func Inverse(relation string) string { return inverse[relation] }
