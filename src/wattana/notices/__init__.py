"""Words to members and households: in the app, by e-mail, LINE or SMS, through one port."""
