"""What changed, and is it more than noise: control charts, alerts, forecasts, and the answers behind a point."""
