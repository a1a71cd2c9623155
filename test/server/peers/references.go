package main

var referenceChecks = []check{
	{"references", func(t *trial) {
		first := must(t.client.Set(t.ctx, t.key("a"), []byte("one")))
		must(t.client.SetReference(t.ctx, t.key("latest"), t.key("a")))
		must(t.client.SetReferenceAt(t.ctx, t.key("bound"), t.key("a"), first.Id))
		must(t.client.Set(t.ctx, t.key("a"), []byte("two")))
		entry := must(t.client.Get(t.ctx, t.key("latest")))
		same("value", entry.Value, []byte("two"))
		same("key of the target", entry.Key, t.key("a"))
		same("reference", entry.ReferencedBy.GetKey(), t.key("latest"))
		same("bound value", must(t.client.Get(t.ctx, t.key("bound"))).Value, []byte("one"))
	}},
	{"verified references", func(t *trial) {
		first := must(t.client.VerifiedSet(t.ctx, t.key("a"), []byte("one")))
		must(t.client.VerifiedSetReference(t.ctx, t.key("latest"), t.key("a")))
		must(t.client.VerifiedSetReferenceAt(t.ctx, t.key("bound"), t.key("a"), first.Id))
		must(t.client.VerifiedSet(t.ctx, t.key("a"), []byte("two")))
		same("value", must(t.client.VerifiedGet(t.ctx, t.key("latest"))).Value, []byte("two"))
		same("bound value", must(t.client.VerifiedGet(t.ctx, t.key("bound"))).Value, []byte("one"))
	}},
}
