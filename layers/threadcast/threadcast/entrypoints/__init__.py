"""What Lambda hands to a function and takes back: events in, outcomes out."""
