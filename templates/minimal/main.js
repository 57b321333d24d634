// The page works as it is. A script of yours goes here; it comes from the store's own address, as the policy wants it.
