package repofs

// UntarWithin is Untar with another limit than MaxUnpacked.
var UntarWithin = untarWithin
