// What htmx has to know before it starts; it reads this once, when it is imported.

const settings = document.createElement("meta")
settings.name = "htmx-config"
// The style sheets of the product have what is needed.
settings.content = JSON.stringify({ includeIndicatorCSS: false })
document.head.append(settings)
