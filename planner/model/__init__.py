"""What can be declared - catalogue, baseline, rules, benchmarks, forms - and its words."""
