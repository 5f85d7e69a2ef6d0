"""What every page shares: rendering, errors, security headers, forms, assets, base templates."""
