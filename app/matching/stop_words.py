"""Words that say nothing about what a motion is about: the grammar of Swedish, and the formulas of motions."""

_GRAMMAR = """
och att det i en ett jag hon han den de dem dom du vi ni man sig min mitt mina din ditt dina sin sitt sina vår vårt
våra er ert era hans hennes dess deras mig dig oss honom henne själv själva denna denne detta dessa sådan sådant
sådana samma vilken vilket vilka vilkas vars vem vems vad var vart när där här hur varför som om på med för till av
från vid hos mot mellan under över genom utan utom inom innan efter före sedan sen medan tills kring bland enligt
trots via per in ut upp ner ned fram bort åt ur än nu då så ju nog väl ej inte icke men eller utan samt både såväl
antingen varken dels ty eftersom därför därmed därav därtill härmed dock ändå även också bara endast blott enbart
redan ännu alltid aldrig ofta ibland sällan ganska mycket mer mera mest mindre minst många fler flera flest få färre
fåtal någon något några någonting någonstans ingen inget inga ingenting all allt alla varje var varandra annan annat
andra ena båda bägge hel hela helt halv flertal ytterligare är var vara varit vore blir bli blev blivit bliva har ha
hade haft kan kunna kunde kunnat ska skall skulle vill vilja ville velat måste bör borde får få fick fått lär torde må
måtte gör göra gjorde gjort görs göras ges ge gav gett givit ger ta tar tog tagit tas säger säga sade sagt ser se såg
sett gå går gick gått komma kommer kom kommit låta låter lät låtit finns finnas fanns funnits gälla gäller gällde
ligga ligger låg stå står stod hålla håller höll sätta sätter satte ställa ställer innebär innebära inneburit leda
leder anse anser exempel exempelvis dvs mm osv bl tex etc ca cirka samt således sålunda följaktligen dessutom däremot
emellertid likväl åtminstone samtidigt tidigare senare idag dag dagens igår år åren året årets årligen tid tiden gång
gånger gången del delar delen sätt sättet fall fallet form hand slag grad ny nytt nya nyare stor stort stora större
störst störst liten litet små mindre god gott goda bra bättre bäst hög högt höga lång långt långa längre viktig
viktigt viktiga nödvändig nödvändigt olika särskild särskilt särskilda viss visst vissa flesta först första sist sista
två tre fyra fem sex sju åtta nio tio hundra tusen miljon miljoner miljard miljarder procent
"""

_FORMULAS = """
motion motionen motionens motionär motionären motioner yrkande yrkanden yrkar yrka yrkas förslag förslaget föreslår
föreslå föreslås hemställer hemställan anförs anfört anföra ovanstående ovan nedan ställa ställer bakom tillkänna
tillkännager tillkännagivande kännedom mening besluta beslutar beslut beslutas beslutet uppdra uppdrar utreda
utredning utredningen översyn överväga möjlighet möjligheten möjligheter möjligheterna behov behovet behöver behövs
behöva syfte syftet fråga frågan frågor frågorna riksdag riksdagen riksdagens regering regeringen regeringens kongress
kongressen kongressens sverige sveriges svensk svenskt svenska
"""

#: In lower case. "bakom", "ställa" and the like stand in "ställer sig bakom", which every second motion says.
STOP_WORDS = frozenset((_GRAMMAR + _FORMULAS).split())

_COMMON = """
alldeles allmän allra andel anledning annars anställd ansvar använda arbeta arbetar arbetat arbete avgöra avse
bakgrund basera be begära behålla bero besöka betala betalat betalt betyda bidra bild bjuda bland bo bor bort brist
bruka bry bygga byggs byta börja börjar cirka dag dagar dagarna dagen dela delta distrikt distriktet dit drabba driva
dygn dyr dålig därifrån effekt egen eget egna ekonomisk enkel erbjuda erbjuds ersätta ett fast fatta fel femtedel
finna fjärdedel folk folket fortsätta framtid framåt fri fråga fungera fylla fått följa förbi förbjuda förbättra före
förklara förlora förr förra förstå försvinna försöka förtjäna förändra gammal gemensam genast genomföra grund grupp
gräns gråta gälla gärna gånger hamna handla hellre hem hemma hemmet hinna hit hitta hjälp hjälpa hoppas hundra hus
hälften hända härifrån höra igen ihop inblick information införa införs ingenstans inkludera inne innehålla inrätta
istället jobb jobba just kalla kanske klara klart klocka klockan klok knappt komma kommun kommunen kommuner konkret
kort kosta kostnad kraft krav kräva kunskap kvar kväll kvällar kvällen känna köpa köra laga leta leva lika likna lite
lyfta lyssna läge lägga lämna lämplig län länet längd länge längre längs läsa lätt lördag lösa lösning majoritet makt
man medel mena mindre minska minut minuter missa morgon människa märka må mål månad mått möjlig möjligt möta möte
namn nu nuvarande nyligen nytta nära nästa nå nästan nödvändig ofta område ord ordna orka oro ort partidistrikt
partidistriktet peng pengar person plan planera planeras plats pris problem procent prova provad pröva punkt påverka
rad redan region resa rest resultat rimlig ringa roll rum rustad räcka rädd räkna rätt rättvis råd röra sak saker
sakna sal salen samhälle samlad samling samma samman samtal satsa sen sida sitta situation sjunka skapa skicka skilja
skjuta skriva skull sköta slippa slut sluta slutar snabb snart sova spara spela stad stanna starta steg stiga stoppa
stund ställe stänga stärka stöd stödja svara svår synas syns säga säker säkerställa säsong sättet söka söndag tack
tanke tiden tidig till tillbaka tillfälle tillgång tillsammans timmar timme timmen tjugo tjäna tjänst tom tredjedel
trettio trivas tro trots tryck träda träffa trött tur tvinga tycka tyvärr tänka undan undvika ungefär uppgift uppleva
uppnå utanför ute utse utveckla utöver vanlig varann vardag vardaglig varje vecka veckan verksamhet veta vidare vilja
vinter visa viss vuxen väg vägen vän vänta värd värld väska växa våga åter äga ägna ändra ännu äta även åka år öka
önska öppen öppet öppna över överallt övrig
"""

#: Words too common in any text to be named as what two motions have in common.
COMMON_WORDS = frozenset(_COMMON.split())
