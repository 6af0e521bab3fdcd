// Everyday words of other languages for visible things. Many are one letter from an English word: "Torte" is no misspelt "torre",
// "nieve" no "niece". Words with letters that English does not have are told by these.

const german = `auto autos hund hunde roter rotes gelber gelbes schwarzer schwarze schwarzes kleiner kleines alter altes grosser grosses katze schmetterling kinder hochzeit geburtstag strand schnee berge baum blume blumen vogel pferd pferde kuh schaf fahrrad
  zug schiff flugzeug garten kirche schloss fluss meer wald himmel wolken wolke sonne mond stern sterne sonnenuntergang
  regenbogen feuerwerk kuchen torte kaffee bier wein familie freunde freund freundin junge jungen frau frauen mann leute
  menschen urlaub fotos foto bilder bild spielplatz gitarre klavier brille hut mantel schuhe kleid kleider hose hemd jacke
  rock tasche koffer regenschirm regen sturm gewitter nebel eis wasser feuer erde luft stein steine sand insel hafen boot
  boote leine hunde katzen ente enten gans huhn schwein ziege esel wolf fuchs hase igel eule adler schwan biene spinne frosch
  fisch fische wal tulpe rose rosen sonnenblume wiese feld felder acker dorf stadt turm burg haus dach fenster treppe zaun
  mauer bank tisch stuhl sessel bett lampe kerze kerzen zimmer teller tasse gabel messer apfel birne kirsche traube erdbeere
  zitrone kartoffel brot wurst fleisch suppe reis nudeln schule lehrer bruder schwester mutter vater eltern tante onkel enkel
  baby braut tanz musik fest feier markt laden zelt lagerfeuer wanderung gipfel gletscher wasserfall quelle teich ufer welle
  wellen leuchtturm schlitten schlittschuh reiter rennen tor spiel puppe schaukel rutsche ranzen garderobe kissen decke besen
  eimer harke spaten traktor kran bagger kutsche pfad allee brunnen denkmal platz gasse laterne ampel kreuzung radweg gleis
  bahnhof zirkus zauberer ritter prinzessin krone schwert drache hexe geist engel teufel kranz kugel stiefel sandalen schal
  handschuhe kette ohrring uhr wecker heft stift pinsel farbe geige trommel trompete rote blaue gelbe alte kleine grosse
  lachend laufend schlafend springend spielend tanzt rennt sitzt`;

const french = `plage chien chat enfant enfants mariage anniversaire montagne montagnes neige arbre arbres fleur fleurs oiseau oiseaux
  cheval chevaux voiture voitures maison pont lac mer ciel nuage nuages soleil lune pluie orage vache mouton cochon poule
  canard cygne abeille papillon poisson grenouille jardin champ village ville tour porte escalier table chaise lit cuisine
  chambre pain fromage vin pomme poire cerise fraise citron femme homme fille filles soeur famille amis ami gens foule danse
  musique chanteur guitare bateau bateaux avion train moto camion rue route chapeau robe chaussures chemise manteau lunettes
  parapluie sable port vague vagues phare feuille feuilles herbe sentier falaise grange fontaine horloge miroir coussin seau
  pelle grue carrosse trottoir gare cirque couronne bottes gants ceinture bague montre stylo pinceau peinture violon tambour
  rouge jaune vert grand petit vieux jeune riant courant dormant`;

const spanish = `playa perro perros gato gatos boda nieve flor flores caballo caballos coche coches casa iglesia puente lago mar cielo nube
  nubes sol luna estrella lluvia tormenta vaca oveja cerdo cabra gallina pato cisne abeja mariposa pez rana bosque campo
  pueblo ciudad torre castillo ventana puerta escalera mesa silla cama cocina pastel pan queso vino cerveza manzana pera
  cereza fresa verduras mujer hombre chica chico madre padre hermano hermana familia amigos gente multitud baile guitarra
  fiesta mercado barco tren bicicleta calle carretera sombrero vestido zapatos camisa abrigo gafas paraguas arena isla puerto
  ola faro hoja hojas hierba sendero granero valla fuente reloj espejo cubo pala carroza acera circo bruja corona espada botas
  bufanda guantes anillo pluma pincel pintura flauta tambor rojo amarillo verde grande viejo joven corriendo durmiendo
  saltando`;

const italian = `spiaggia cane cani gatto gatti bambino bambina bambini matrimonio compleanno neve albero alberi fiore fiori uccello cavallo
  macchina chiesa ponte fiume nuvola nuvole sole stella pioggia mucca pecora maiale capra anatra farfalla pesce giardino bosco
  paese castello finestra porta scala tavolo sedia letto cucina torta pane formaggio birra mela ciliegia fragola limone donna
  uomo ragazza ragazzo fratello sorella famiglia amici festa mercato barca aereo treno bici strada cappello vestito scarpe
  camicia occhiali ombrello sabbia isola onda foglia foglie erba sentiero recinto fontana orologio specchio cuscino secchio
  gru carrozza stazione strega spada stivali sciarpa guanti cintura anello penna pennello pittura flauto violino tamburo rosso
  giallo piccolo vecchio giovane`;

const dutch = `hond honden kat katten kinderen bruiloft verjaardag sneeuw bloem bloemen paard paarden boom bomen berg bergen kerk brug
  rivier zee lucht wolk zon maan koe schaap varken geit kip eend zwaan vlinder vis kikker tuin bos veld dorp stad toren
  kasteel raam deur trap tafel stoel keuken taart brood kaas appel peer vrouw man meisje jongen moeder vader broer zus
  vrienden mensen feest vliegtuig trein fiets weg straat hoed jurk schoenen bril paraplu zand eiland vuurtoren praia cachorro
  casamento montanha cavalo carro igreja chuva blad gras schuur hek klok kussen emmer schop kraan stoep station heks kroon
  zwaard laarzen sjaal handschoenen riem kwast schilderij fluit viool rood geel groen groot klein oud jong`;

const everyday: ReadonlySet<string> = new Set([german, french, spanish, italian, dutch].join(' ').split(/\s+/));

/** Whether a word is an everyday one of German, French, Spanish, Italian, Portuguese or Dutch. @param word in lower case */
export const isEverydayForeign = (word: string): boolean => everyday.has(word);
