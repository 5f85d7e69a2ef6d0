"""Words that tell what a motion is about, for a call so young that there is nothing to compare it with."""

from collections.abc import Mapping

from app.browsing.words import base

_TOLD_BY = {
    "Arbetsmarknad": "arbetslös anställning arbetsgivare lön kollektivavtal arbetsmiljö heltid deltid fackförbund",
    "Näringsliv": "företag näringsliv industri export turism entreprenör småföretag handel",
    "Ekonomi och skatter": "skatt avdrag budget moms statsbidrag kommunalskatt skatter",
    "Bostad": "bostad hyra hyresrätt lägenhet hyresgäst bostäder allmännytta",
    "Klimat och miljö": "klimat miljö utsläpp natur skog hav återbruk avfall koldioxid laddstolpe kalhygge",
    "Energi": "energi el solel vindkraft kärnkraft elnät fjärrvärme elpris",
    "Transport": "buss tåg trafik kollektivtrafik järnväg cykel väg hållplats tågtrafik biljett resa",
    "Förskola och skola": "skola förskola elev lärare läxa rektor skolmat kurator undervisning fritids",
    "Högre utbildning och vuxna": "universitet högskola student komvux folkhögskola studiemedel distansstudier",
    "Hälso- och sjukvård": "vård sjukvård vårdcentral sjukhus patient läkare tandvård psykiatri sjuksköterska",
    "Äldreomsorg": "äldre hemtjänst äldreomsorg undersköterska demens pensionär seniorer äldreboende",
    "Pensioner och socialförsäkring": "pension sjukpenning försäkringskassan karens garantipension sjukförsäkring",
    "Funktionsrätt": "funktionsnedsättning assistans tillgänglighet ledsagare rullstol teckenspråk",
    "Socialtjänst": "socialtjänst försörjningsstöd missbruk hemlös socialsekreterare orosanmälan",
    "Barn och familj": "barn familj förälder barnbidrag föräldraledig vab",
    "Unga och fritid": "ungdom fritidsgård idrott förening fritid simhall unga",
    "Jämställdhet": "jämställdhet kvinna mäns våld kvinnojour mens könsroller",
    "Hbtqi och antirasism": "hbtqi hbtq rasism diskriminering regnbåge transperson",
    "Migration och integration": "migration integration asyl flykting nyanländ sfi uppehållstillstånd",
    "Trygghet och rättspolitik": "polis brott trygghet gäng straff kriminalvård brottsförebyggande",
    "Kultur, medier och civilsamhälle": "kultur bibliotek musik teater museum bokbuss kulturskola studieförbund",
    "Landsbygd och livsmedel": "landsbygd glesbygd jordbruk bonde livsmedel lantbruk mat bygd",
    "Digitalisering": "digital app internet bredband bankid robot it",
    "Utrikes, EU och bistånd": "eu bistånd fred fn sanktion nato utrikes flyktingläger",
    "Försvar och beredskap": "försvar beredskap kris civilförsvar hemvärn skyddsrum totalförsvar",
    "Demokrati och förvaltning": "demokrati val myndighet folkomröstning offentlighet valdeltagande förvaltning",
    "Partiet och stadgar": "parti stadga ombud medlem distriktskongress partidistrikt medlemsavgift",
}

#: The beginning of a word, as `base` gives it → the themes that it tells of.
TELLS_OF: Mapping[str, tuple[str, ...]] = {
    term: tuple(theme for theme, words in _TOLD_BY.items() if term in {base(word) for word in words.split()})
    for words_of_all in _TOLD_BY.values()
    for term in {base(word) for word in words_of_all.split()}
}
